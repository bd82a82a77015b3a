import type { Labels, Manifest } from './manifests';

type Selector = Readonly<{
  matchLabels?: Labels;
  matchExpressions?: readonly { key: string; operator: string; values?: string[] }[];
}>;
type Peer = Readonly<{ podSelector?: Selector; namespaceSelector?: Selector }>;
type Rule = Readonly<{ from?: readonly Peer[]; to?: readonly Peer[]; ports?: readonly { port: number | string }[] }>;
type Policy = Readonly<{
  podSelector: Selector;
  policyTypes: readonly string[];
  ingress?: readonly Rule[];
  egress?: readonly Rule[];
}>;

/** Whether labels are those that are asked for. Throws on an operator that no policy of ours uses. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'In') return labels[key] !== undefined && values.includes(labels[key]);
      if (operator === 'Exists') return labels[key] !== undefined;
      throw new Error(`an operator that is not read here: ${operator}`);
    })
  );
}

/** What the policies of one namespace allow between its own pods: a connection needs both ends. */
export class Edges {
  private readonly policies: readonly Policy[];

  constructor(manifests: readonly Manifest[]) {
    this.policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as Policy);
  }

  /** Whether nothing is allowed to and from such a pod that no other policy names. */
  isClosed(labels: Labels): boolean {
    const types = this.policies
      .filter((policy) => selects(policy.podSelector, labels) && !policy.ingress && !policy.egress)
      .flatMap(({ policyTypes }) => policyTypes);
    return types.includes('Ingress') && types.includes('Egress');
  }

  allows(from: Labels, to: Labels, port: number): boolean {
    return this.holds('egress', from, to, port) && this.holds('ingress', to, from, port);
  }

  private holds(side: 'ingress' | 'egress', own: Labels, other: Labels, port: number): boolean {
    return this.policies
      .filter(({ podSelector }) => selects(podSelector, own))
      .flatMap((policy) => policy[side] ?? [])
      .some(
        (rule) =>
          (rule.ports === undefined || rule.ports.some((one) => one.port === port)) &&
          peersOf(rule).some(
            ({ podSelector, namespaceSelector }) =>
              namespaceSelector === undefined && podSelector !== undefined && selects(podSelector, other),
          ),
      );
  }
}

/** A rule that names nobody is for everybody, inside as well. */
const peersOf = ({ from, to }: Rule): readonly Peer[] => from ?? to ?? [{ podSelector: {} }];
