import type { StemmingLanguage } from './stemming-language.ts'

/**
 * Words that say nothing about a text's subject, by language, and the words of which questions and requests are made, which would outweigh the
 * subject in a small base. Without accents, as they are compared. Words that are nouns as often (or, été) are left out.
 */
export const stopWordsOf = (language: StemmingLanguage): ReadonlySet<string> => new Set(WORDS[language].split(' '))

const WORDS: Readonly<Record<StemmingLanguage, string>> = {
  // The classic list of Lucene's English analyzer, then the words of questions.
  en:
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with ' +
    'how what which who whom whose where when why do does did i me my we us our you your can could would should am were been has have had ' +
    'its from about please tell',
  de:
    'der die das den dem des ein eine einen einem einer eines und oder aber als am an auf aus bei bis da damit dann dass durch er es sie wir ihr ich du fur ' +
    'gegen hat haben hatte hatten ihm ihn ihnen ihre ihrem ihren ihrer im in ins ist sind war waren sein seine seinem seinen seiner mein meine dein deine ' +
    'unser unsere mit mir mich nach nicht noch nur ob ohne sich so uber um unter vom von vor wenn werden wird wurde wurden zu zum zur zwischen kann konnen ' +
    'muss mussen soll sollen darf durfen auch man was wann warum wer wem wen wessen weshalb wieso wo wohin woher womit wofur welche welcher welches welchem ' +
    'welchen wieviel wie bitte gibt',
  fr:
    'le la les un une des du de au aux et ou mais donc ni car a en dans par pour sur sous avec sans ce cet cette ces cela ca il elle ils elles on nous vous je ' +
    'tu me te se sa son ses ma mon mes ta ton tes notre nos votre vos leur leurs y ne pas plus que qui quoi dont quand comment pourquoi combien quel quelle ' +
    'quels quelles lequel laquelle lesquels lesquelles est sont etre etait etaient suis sommes etes ai as avons avez ont avoir avait avaient faire faut peut ' +
    'peuvent peux puis doit doivent dois si comme aussi veuillez',
  es:
    'el la los las un una unos unas lo al del de y e o u a con contra desde en entre hacia hasta para por segun sin sobre que no ni si pero como mas muy ya su ' +
    'sus mi mis tu tus nuestro nuestra nuestros nuestras se le les me te nos os yo ella ellos ellas usted ustedes nosotros este esta esto estos estas ese esa ' +
    'eso esos esas aquel aquella es son era eran fue fueron ser sido soy estan estaba estar hay ha han he hemos haber habia puede pueden puedo debe deben debo ' +
    'cual cuales quien quienes cuando cuanto cuanta cuantos cuantas donde adonde porque cuyo favor',
  it:
    'il lo la i gli le un uno una di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai dagli dalle nel ' +
    'nello nella nei negli nelle sul sullo sulla sui sugli sulle col coi e ed o od ma se che chi cui non piu anche come dove quando perche quanto quanta quanti ' +
    'quante quale quali cosa io tu lui lei noi voi loro mi ti si ci vi ne mio mia tuo tua suo sua nostro nostra vostro vostra questo questa questi queste ' +
    'quello quella quelli quelle sono sei siamo siete era erano essere ho hai ha abbiamo avete hanno avere puo possono posso deve devono devo favore',
  pt:
    'o a os as um uma uns umas de do da dos das em no na nos nas num numa ao aos por pelo pela pelos pelas para com sem sob sobre entre ate e ou mas se que nao ' +
    'nem como mais muito ja seu sua seus suas meu minha meus minhas nosso nossa ele ela eles elas eu tu voce voces me te lhe lhes este esta isto estes estas ' +
    'esse essa isso esses essas aquele aquela aquilo sao era eram foi foram ser sido estar estao estava ha tem tinha ter pode podem posso deve devem devo qual ' +
    'quais quem quando quanto quanta quantos quantas onde aonde porque cujo favor',
  nl:
    'de het een en of maar want als aan bij in met na naar om op over te tot uit van voor door onder tegen tussen zonder er hier daar dit dat deze die ik jij ' +
    'je u hij zij ze wij we jullie hen hun haar zijn mijn jouw uw ons onze is was waren ben bent wordt worden werd werden heeft hebben had hadden kan kunnen ' +
    'kunt moet moeten mag zal zullen niet geen ook nog al dan zo wel wat wie waar wanneer waarom hoe hoeveel welk welke waarvoor waarmee wiens alstublieft',
  // Nothing is known of the language; words that are in every text count for little by their rarity.
  none: '',
}
