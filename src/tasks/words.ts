/**
 * The keys that dictionaries draw from: 512 common English words of five letters, written for this project. Part of
 * what a seed means: a changed list is a changed task, so it goes with a new major version.
 */
export const words: readonly string[] = `
  about actor admit adult again agent agree ahead alarm alike alive allow alone along alter among angle
  apart apple arena argue aroma array arrow aside asset atlas attic audio audit avoid awake award aware
  bacon badge baker basil basin batch beach beard beast began being below berry birch birth black blade
  blank blaze bless blind blink block bloom board bonus boost brain brake brand brass brave bread break
  breed brick bride brief bring brisk broad broom brown brush build built bunch cabin cable camel candy
  canoe cargo carry carve catch cedar chain chair charm chart chase cheap check cheek chess chest chief
  child chili china choir chord civic claim class clean clear clerk cliff climb close cloth cloud coach
  coast comet comic couch could count cover craft crane crate cream creek crest crisp cross crowd crown
  crust daily dairy daisy dance dealt debut delta dense depth diary diner disco ditch diver dodge donor
  doubt dozen drain dress drift drink drive eager eagle earth easel eight elbow elder elect elite empty
  enjoy equal equip erase essay event every exact exist fable faint faith fancy fence ferry fetch fever
  fiber field first flash fleet flint float flock floor fluid focus force forge forty forum found frame
  fresh front frost fruit fully funny gauge genre giant globe glory glove grade grand grant grape graph
  grass great green greet grill group grove guard guess guest guide habit happy haste haven hazel heart
  heavy hedge hello hobby honey honor horse hotel hours human humor image inner jelly joint jolly judge
  juice jumbo karma kayak knack knife knock known label ladle lance large laser laugh layer learn lease
  least ledge lemon level light lilac limit linen liver lodge logic loose lucky lunar lunch magic maple
  marsh match medal media melon mercy merge metal midst minor moist money month moral motor mount mouth
  movie music nerve never night noble noise north novel ocean offer often onion opera orbit order organ
  other owner oxide paint panda panel paper party pasta patch pause peach pearl pedal penny phase photo
  piano piece pilot pixel place plain plate plaza polar porch pound press price pride prime prize proud
  pulse quail quest quick quiet quilt quite quota radar radio rainy raise ranch rapid ready realm rebel
  refer relax reply rhyme rider ridge right rinse river roast robin rocky round route royal rural salad
  sauce scale scene scent scoop scout serve shade shape share sharp sheep sheet shelf shell shine short
  shown silky since skate skill slate sleep slice slope small smart smile smoke snack solar solid sound
  south space spare spark speak speed spice spoon sport stage stair stamp stand start steel stone store
  storm story stove straw suite sunny swift swing table tango taste teach theme there thick think third
  three timer today token torch touch tower track trade trail train treat trend trial truck truly trust
  tulip uncle under union unity until upper urban usual valid value vapor vault video villa vinyl visit
  vital vivid vocal wagon watch water whale wheat wheel where while white whole width world write young
  youth zebra
`
  .trim()
  .split(/\s+/);
