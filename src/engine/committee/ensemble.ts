/** Several models as one: a graph whose logits are the mean of theirs. Loads nothing, and holds no weights of its own. */
import type { Graph, Node } from '../graph/graph.ts';

export interface Member {
  readonly id: string;
  readonly graph: Graph;
  /** Side of the images that it reads. */
  readonly inputSize: number;
  readonly classes: readonly { readonly id: string }[];
}

const INPUT = 'image';
const NO_WEIGHTS = { weights: {}, attrs: {} } as const;

/**
 * z(x) = (1/m) Σ_i z_i(x), so that whatever works on a graph explains the mean logit. Nodes bear their member's id ('vgg-7/conv1'); the mean is a mean over
 * tokens, one for each member, so that every rule knows it. The members' weights are shared: dispose the members, not this. It names no features, for
 * each member has its own. Throws for fewer than two members, and for members that do not see the same image or do not know the same classes.
 */
export function ensembleOf(members: readonly Member[]): Graph {
  checkMembers(members);
  const classes = members[0]!.classes.length;
  const mean: readonly Node[] = [
    { id: 'members', op: 'concat', inputs: members.map((member) => nameIn(member, member.graph.output)), ...NO_WEIGHTS },
    { id: 'by-member', op: 'reshape', inputs: ['members'], weights: {}, attrs: { shape: [members.length, classes] } },
    { id: 'mean', op: 'meanTokens', inputs: ['by-member'], ...NO_WEIGHTS },
  ];
  return { input: INPUT, output: 'mean', nodes: [...members.flatMap(nodesOf), ...mean] };
}

const nameIn = ({ id, graph }: Member, node: string): string => (node === graph.input ? INPUT : `${id}/${node}`);

const nodesOf = (member: Member): Node[] => member.graph.nodes.map((node) => ({ ...node, id: nameIn(member, node.id), inputs: node.inputs.map((input) => nameIn(member, input)) }));

function checkMembers(members: readonly Member[]): void {
  const named = members.map(({ id }) => `'${id}'`).join(', ');
  const [first, ...others] = members;
  if (!first || others.length === 0) throw new Error(`an ensemble of ${members.length} ${first ? `model (${named})` : 'models'}: name at least two, as in mean(vgg-7,resnet-10)`);
  const twice = members.find(({ id }, i) => members.findIndex((other) => other.id === id) < i);
  if (twice) throw new Error(`the ensemble of ${named} names '${twice.id}' twice: name each model once`);
  for (const { id, inputSize, classes } of others) {
    if (inputSize !== first.inputSize) throw new Error(`'${first.id}' reads images of ${first.inputSize} pixels a side, '${id}' of ${inputSize}: an ensemble's members must read the same image, so leave one of them out`);
    const strange = classes.find((entry, i) => entry.id !== first.classes[i]?.id)?.id;
    if (strange !== undefined || classes.length !== first.classes.length) {
      throw new Error(`'${first.id}' knows ${first.classes.length} classes, '${id}' ${classes.length}${strange === undefined ? '' : `, among them '${strange}' in another place`}: an ensemble's members must know the same classes in the same order, so leave one of them out`);
    }
  }
}
