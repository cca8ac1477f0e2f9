/** Invented documents, each with a neighbour that a worse ranking would prefer. Keys name what they are about. */
export const RANKING_DOCUMENTS: Record<string, string> = {
  pumpRepair:
    'Repairing the water pump. Close the valve, loosen the four bolts and lift the pump out of its housing before you look at the seal.',
  pumpWater:
    'We pump water from the well into the tank every morning. The tank feeds the garden, the stable and the kitchen.',
  tankCleaning:
    'The tank has to be cleaned each spring. Drain it, brush its walls and rinse it twice with clear water.',
  sensorX2: 'The X-2 sensor reports pressure ten times a second and needs a supply of five volts.',
  sensorX20: 'The X-20 sensor reports humidity once a minute and runs on a coin cell for two years.',
  sensorGuide:
    'Sensors in general report a value, a unit and the time of the measurement. Choose a sensor by range and precision.',
  leaveParental: 'Parental leave: employees may stay at home for up to twelve months after the birth of a child.',
  leaveSick:
    'Sick leave: employees who fall ill report to their manager before nine and hand in a note on the third day.',
  leaveHoliday:
    'Holiday is requested two weeks ahead. Employees have thirty days a year; what is left expires in March.',
  refundPolicy: 'Customers may return goods within thirty days. The refund arrives on the card that was charged.',
  refundLong:
    'Terms of sale. Prices include tax. Delivery takes three days. Customers choose a carrier at the till. Goods remain ours until they are paid. ' +
    'Complaints are answered within a week. The place of jurisdiction is the seat of the shop. Returned parcels need the original box, a label, the ' +
    'number of the order and a signature. Vouchers are not paid out, and a refund of them is not possible. Gift wrapping costs extra.',
  refundSpam: 'refund refund refund refund refund refund refund refund refund refund',
  whoReport: 'The WHO published guidance on clean air. Cities should halve fine dust within ten years.',
  whoIsWho: 'Who is who in our office: names, faces and rooms of everyone who works here and whom to ask about what.',
  tnfAlpha: 'Blocking TNFα relieved swelling of the joints in two of three patients after eight weeks.',
  interferon: 'Blocking interferon had no influence on swelling of the joints in patients with an infection.',
  backupNightly: 'Backups run nightly at two. They are encrypted, copied to another site and kept for ninety days.',
  backupRestore:
    'To restore, choose a snapshot and a target. Restoration of a database takes about an hour per terabyte.',
  cafe: 'The café on the ground floor opens at seven and closes at three. Lunch is served from noon.',
  parking: 'Parking is free after six. Visitors get a badge at the gate and leave it there when they go.',
  printer:
    'Printers on every floor take A4 and A3. Follow the lights: green is ready, yellow wants paper, red wants help.',
  database: 'The database listens on port 5432. Connections are pooled; more than two hundred at once are refused.',
  firewall: 'The firewall lets 443 and 22 through. Every other port is closed from outside.',
  lightYear: 'A light-year is the distance that light covers in a year, about nine and a half trillion kilometres.',
  lightLunch: 'A light lunch, once a year, is offered to all members of the club at the summer meeting.',
  beeYear:
    'The year of a keeper of bees: feed in spring, watch for a swarm in May, harvest honey and propolis in July, treat against mites in August.',
  beeSwarm: 'A swarm is loud. Catch the swarm in a box before noon, and let the swarm walk into its new home at dusk.',
  beePropolis: 'Propolis is a resin that seals gaps.',
  zhBackup: '备份每天凌晨两点运行,并加密保存九十天。恢复数据库大约需要一个小时。',
  zhLeave: '员工请年假需要提前两周申请。未使用的年假在次年三月失效。',
  zhPeace: '和平公园在市中心,每天早上六点开放,晚上十点关闭。',
  zhWhat: '什么是什么,多少是多少:这是一首儿歌的名字,它的歌词是什么,没有人知道。',
  jaStation: '駅前の駐輪場は午前五時から利用できます。料金は一日百円です。',
  jaLibrary: '図書館は月曜日が休館日です。本は二週間借りることができます。',
  koOffice: '사무실은 오전 아홉 시에 열고 방문객은 안내 데스크에서 출입증을 받습니다.',
  koCafe: '식당은 정오부터 두 시까지 점심을 제공합니다.',
  thTicket: 'ตั๋วรถไฟสามารถคืนได้ก่อนเวลาออกเดินทางหนึ่งชั่วโมง',
  thHotel: 'โรงแรมมีอาหารเช้าตั้งแต่เจ็ดโมงถึงสิบโมง',
}

/** What is asked, and the document that has to come first; the trap is what a ranking without the rule would fall into. */
export const RANKING_QUESTIONS: readonly { trap: string; question: string; best: string }[] = [
  { trap: 'order of two words', question: 'water pump broken', best: 'pumpRepair' },
  { trap: 'a name without its hyphen', question: 'supply voltage of the x2', best: 'sensorX2' },
  { trap: 'a name that begins like another', question: 'X20 sensor', best: 'sensorX20' },
  { trap: 'inflection', question: 'cleaning tanks in springtime', best: 'tankCleaning' },
  {
    trap: 'a word that all neighbours hold',
    question: 'leave for employees who become parents',
    best: 'leaveParental',
  },
  { trap: 'words of questions', question: 'how do I please tell my manager about sick days', best: 'leaveSick' },
  { trap: 'misspelling', question: 'holliday reqest', best: 'leaveHoliday' },
  { trap: 'repetition and length', question: 'when does a refund arrive on my card', best: 'refundPolicy' },
  { trap: 'a name that is a stop word', question: 'WHO guidance', best: 'whoReport' },
  { trap: 'a Greek letter spelt out', question: 'TNF-alpha swelling', best: 'tnfAlpha' },
  { trap: 'derivation', question: 'restoring databases', best: 'backupRestore' },
  { trap: 'compound', question: 'encryption of backups', best: 'backupNightly' },
  { trap: 'accent', question: 'cafe opening hours', best: 'cafe' },
  { trap: 'number', question: 'port 5432', best: 'database' },
  { trap: 'hyphen between words', question: 'how far is a light year', best: 'lightYear' },
  { trap: 'possessive and capitals', question: "VISITOR'S BADGE", best: 'parking' },
  { trap: 'how often a text holds a word', question: 'swarm', best: 'beeSwarm' },
  { trap: 'how long a text is', question: 'propolis', best: 'beePropolis' },
  { trap: 'Chinese words of questions', question: '备份是什么时候运行的', best: 'zhBackup' },
  { trap: 'Chinese pair of characters', question: '年假什么时候失效', best: 'zhLeave' },
  { trap: 'a function word inside a Chinese name', question: '和平公园是几点开放的', best: 'zhPeace' },
  { trap: 'Japanese', question: '駐輪場の料金', best: 'jaStation' },
  { trap: 'Japanese with other endings', question: '本を借りる', best: 'jaLibrary' },
  { trap: 'Korean with other endings', question: '방문객 출입증', best: 'koOffice' },
  { trap: 'Thai', question: 'คืนตั๋วรถไฟ', best: 'thTicket' },
]
