/** A name, and what a name server says about it: one list of addresses for each look-up, the last one for all that follow. */
export interface NameTrick {
  trick: string
  host: string
  answers: readonly (readonly string[])[]
}

/** Names that lead inside. */
export const NAME_TRICKS: readonly NameTrick[] = [
  { trick: 'the machine itself', host: 'localhost', answers: [['127.0.0.1', '::1']] },
  { trick: 'the machine itself with a dot at the end', host: 'localhost.', answers: [['127.0.0.1']] },
  { trick: 'the machine itself in capitals', host: 'LOCALHOST', answers: [['127.0.0.1']] },
  { trick: 'the machine itself in full-width letters', host: 'ｌｏｃａｌｈｏｓｔ', answers: [['127.0.0.1']] },
  { trick: 'the machine itself with a soft hyphen', host: 'local\u00ADhost', answers: [['127.0.0.1']] },
  { trick: 'a name below localhost', host: 'anything.localhost', answers: [['::1']] },
  { trick: 'an address in a name', host: '127.0.0.1.nip.example', answers: [['127.0.0.1']] },
  { trick: 'an address with two dots at the end', host: '127.0.0.1..', answers: [['127.0.0.1']] },
  { trick: 'a name of metadata', host: 'metadata.google.internal', answers: [['169.254.169.254']] },
  { trick: 'a name of somebody', host: 'intranet.example', answers: [['10.20.30.40']] },
  { trick: 'a mapped address', host: 'mapped.example', answers: [['::ffff:192.168.1.1']] },
  { trick: 'an address behind NAT64', host: 'nat64.example', answers: [['64:ff9b::a00:1']] },
  { trick: 'an address with a zone', host: 'zone.example', answers: [['fe80::1%eth0']] },
  { trick: 'a public and a private address', host: 'both.example', answers: [['93.184.215.14', '10.0.0.1']] },
  {
    trick: 'a private address after many public ones',
    host: 'many.example',
    answers: [['1.1.1.1', '8.8.8.8', '9.9.9.9', '127.0.0.1']],
  },
  { trick: 'public IPv4 and private IPv6', host: 'six.example', answers: [['93.184.215.14', 'fd00::1']] },
  { trick: 'the wire server of Azure', host: 'wire.example', answers: [['168.63.129.16']] },
  { trick: 'an answer that is no address', host: 'odd.example', answers: [['not an address']] },
]
