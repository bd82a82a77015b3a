/**
 * The rules of use once more, in the language of another engine: Cedar decides, this only translates. The department is
 * the principal; its system and officer come with the question. Each grant and each stop is a policy of its own.
 *
 * What Cedar cannot say, because it has no recursion and no "one of these is such that": chains of transfers, origins of
 * derived resources, several appointments of one officer and deputies, several address ranges of one system. Nor has it
 * obligations: of several grants it names all that cover a use, not the one that gives most.
 */
export type CedarPolicies = Record<string, string>;

/** Each line of a condition stands for itself, so that a test can take one away. */
export const CEDAR_RULES: Readonly<CedarPolicies> = {
  department: `forbid (principal, action, resource) unless {
    principal has kind && principal.kind == "DEPARTMENT"
    && principal has status && principal.status != "ABOLISHED"
  };`,
  somebody: `forbid (principal, action, resource) unless {
    context has system || context has officer
  };`,
  system: `forbid (principal, action, resource) when {
    context has system
  } unless {
    context.system has department && context.system.department == principal
    && context.system.status == "ACTIVE"
    && context.system.attested
  };`,
  owner: `forbid (principal, action, resource) when {
    context has system && context.system has owner
    && context.system.owner != principal
  } unless {
    context.system.owner has status && context.system.owner.status == "ACTIVE"
  };`,
  certificate: `forbid (principal, action, resource) when {
    context has system && context.system has certificates
    && !context.system.certificates.isEmpty()
  } unless {
    context has certificate && context.system.certificates.contains(context.certificate)
  };`,
  address: `forbid (principal, action, resource) when {
    context has system && context.system has range
  } unless {
    context has address && context.address.isInRange(context.system.range)
  };`,
  officer: `forbid (principal, action, resource) when {
    context has officer
  } unless {
    context.officer has status && context.officer.status == "ACTIVE"
    && context.officer.organisation == principal
    && context.officer.from <= context.now
    && (if context.officer has until then context.now < context.officer.until else true)
  };`,
  resource: `forbid (principal, action, resource) unless {
    resource has status && resource.status == "PUBLISHED"
    && resource.sharingType != "NOT_SHARED"
    && !(resource has regime)
    && resource.deliveryMode != "NONE"
    && resource.deliveryMode != "REFERENCE_ONLY"
  };`,
  items: `forbid (principal, action, resource) unless {
    resource has items && resource.items.containsAll(context.touched)
    && (if context has items then resource.items.containsAll(context.items) else true)
  };`,
  admission: `forbid (principal, action, resource) when {
    resource has provider && resource.provider != principal
    && action != Action::"push"
  } unless {
    principal has status && principal.status == "ACTIVE"
    && principal.admission == "ACTIVE"
    && principal.pledged
    && (if principal has pledgeUntil then context.now < principal.pledgeUntil else true)
    && principal.responsibleUnit
  };`,
  matter: `forbid (principal, action, resource) when {
    resource has matterPerSubject && resource.matterPerSubject
    && resource.provider != principal
    && action != Action::"push"
  } unless {
    context has matter
  };`,
  duty: `forbid (principal, action, resource) when {
    resource has sharingType && resource.sharingType == "UNCONDITIONAL"
    && resource.provider != principal
    && action != Action::"push"
  } unless {
    context has purpose && principal has purposes && principal.purposes.contains(context.purpose)
  };`,
  push: `permit (principal, action == Action::"push", resource) when {
    resource.provider == principal
    && context has system && context.system.provides.contains(resource)
    && resource.deliveryMode == "HOSTED"
  };`,
  own: `permit (principal, action, resource) when {
    resource.provider == principal
    && action != Action::"push"
    && (if context has system then context.system.owner == principal || context.system.provides.contains(resource) else true)
  };`,
  unconditional: `permit (principal, action, resource) when {
    resource.sharingType == "UNCONDITIONAL"
    && action != Action::"push"
    && (if context has system then context.system.owner == principal else true)
  };`,
};

/** Strict typing by Cedar's own validator: no policy asks for what an entity does not have. */
export const CEDAR_SCHEMA = `
  entity Organisation = {
    kind: String, status: String, admission: String, pledged: Bool, pledgeUntil?: datetime, responsibleUnit: Bool,
    purposes: Set<String>
  };
  entity System = {
    owner: Organisation, department: Organisation, status: String, attested: Bool, certificates: Set<String>,
    range?: ipaddr, provides: Set<Resource>
  };
  entity Officer = {
    status: String, organisation: Organisation, unit: String, post: String, from: datetime, until?: datetime
  };
  entity Resource = {
    provider: Organisation, sharingType: String, deliveryMode: String, status: String, regime?: String,
    matterPerSubject: Bool, items: Set<String>
  };
  entity Grant = {
    holder: Organisation, resource: Resource, actions: Set<Action>, status: String, recipient?: Organisation,
    items: Set<String>, masked: Set<String>, purposes: Set<String>, matterRequired: Bool,
    units: Set<String>, posts: Set<String>, officers: Set<Officer>, systems: Set<System>,
    from: datetime, until: datetime
  };
  entity Stop = {
    status: String, until?: datetime, department?: Organisation, token?: String, session?: String, client?: String,
    system?: System, officer?: Officer, organisation?: Organisation, resource?: Resource, grant?: Grant
  };
  action query, verify, batch, subscribe, download, push appliesTo {
    principal: Organisation, resource: Resource, context: {
      now: datetime, system?: System, officer?: Officer, items?: Set<String>, touched: Set<String>, purpose?: String,
      matter?: String, address?: ipaddr, certificate?: String, token?: String, client?: String, session?: String
    }
  };`;

const named = (type: string, id: string): string => `${type}::${JSON.stringify(id)}`;

/**
 * The policy of one grant: its facts are those of the entity of this id, without which the policy says nothing.
 *
 * @param stopIds stops that may be of this grant
 * @param scope whose and for what it is, where that is known when policies are read: Cedar looks at it first
 */
export function cedarGrant(id: string, stopIds: readonly string[] = [], scope = 'principal, action, resource'): string {
  const it = named('Grant', id);
  // Of what a department has by right, a third party has only what it was given.
  const third = `context has system && context.system.owner == ${it}.recipient && ${it}.recipient != principal && (resource.sharingType == "UNCONDITIONAL" || resource.provider == principal)`;
  const stopped = (stop: string) => ` unless {
    ${named('Stop', stop)} has grant && ${named('Stop', stop)}.grant == ${it}
    && ${inForce(stop)}
  }`;
  return `permit (${scope}) when {
    ${it} has holder && ${it}.holder == principal
    && ${it}.resource == resource
    && ${it}.actions.contains(action)
    && ${it}.status == "ACTIVE"
    && ${it}.from <= context.now
    && context.now < ${it}.until
    && context has purpose && ${it}.purposes.contains(context.purpose)
    && (${it}.systems.isEmpty() || (context has system && ${it}.systems.contains(context.system)))
    && (!${it}.matterRequired || context has matter)
    && (${it}.units.isEmpty() || (context has officer && ${it}.units.contains(context.officer.unit)))
    && (${it}.posts.isEmpty() || (context has officer && ${it}.posts.contains(context.officer.post)))
    && (${it}.officers.isEmpty() || (context has officer && ${it}.officers.contains(context.officer)))
    && (if context has items then ${it}.items.containsAll(context.items) else ${it}.items.containsAny(resource.items))
    && ${it}.items.containsAll(context.touched)
    && !${it}.masked.containsAny(context.touched)
    && (if ${it} has recipient then ${third} else if context has system then context.system.owner == principal else true)
  }${stopIds.map(stopped).join('')};`;
}

const inForce = (stopId: string): string => {
  const it = named('Stop', stopId);
  return `${it}.status == "ACTIVE"
    && (if ${it} has until then context.now < ${it}.until else true)
    && (if ${it} has department then ${it}.department == principal else true)`;
};

/** The policy of one stop of anything but a grant. */
export function cedarStop(id: string): string {
  const it = named('Stop', id);
  return `forbid (principal, action, resource) when {
    ${it} has status && ${inForce(id)}
    && (
      false
      || (${it} has token && context has token && context.token == ${it}.token)
      || (${it} has session && context has session && context.session == ${it}.session)
      || (${it} has client && context has client && context.client == ${it}.client)
      || (${it} has system && context has system && context.system == ${it}.system)
      || (${it} has officer && context has officer && context.officer == ${it}.officer)
      || (${it} has organisation && principal == ${it}.organisation)
      || (${it} has organisation && context has system && context.system has owner && context.system.owner == ${it}.organisation)
      || (${it} has resource && resource == ${it}.resource)
    )
  };`;
}
