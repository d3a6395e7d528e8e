import { randomInt } from 'node:crypto';

const ADJECTIVES =
  'able agile amber ample apt azure bold brave brief bright brisk calm candid clever cosmic crisp curious daring deft eager early earnest even fair fine fleet fond frank free fresh gentle glad golden grand handy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry mighty mild neat nimble noble patient placid plucky polite proud quick quiet rapid ready regal rosy serene sharp silent silver sleek smart snug solid spry stable steady stoic sturdy subtle sunny swift tidy tranquil trusty upbeat vivid warm whole wise witty worthy zesty'.split(
    ' ',
  );
const NOUNS =
  'acorn alder anchor aspen badger beacon beaver birch bison brook canyon cedar cliff clover comet condor coral crane creek delta dolphin dune eagle ember falcon fern finch fjord fox gale garnet gecko glacier goose grove gull harbor hare hawk hazel heron hill ibis iris island jay juniper kestrel lagoon lake lark laurel lemur linden lotus lynx maple marten meadow moose moss newt oak ocean orca orchid osprey otter owl panda pebble pelican pine plover poplar puffin quail quartz raven reef ridge river robin sage seal shore sparrow spruce stork stream swan thrush tide trout tulip turtle valley walrus willow wren'.split(
    ' ',
  );

/** A name for a run that has none: an adjective, a noun and a number, e.g. `brisk-heron-417`. */
export function generateRunName(random: (below: number) => number = randomInt): string {
  return `${ADJECTIVES[random(ADJECTIVES.length)]}-${NOUNS[random(NOUNS.length)]}-${random(1000)}`;
}
