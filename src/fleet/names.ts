/** A host name's label (RFC 1123), since nodes are named so. */
export const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const labelRule = 'must be lower-case letters, digits and "-", at most 63';
