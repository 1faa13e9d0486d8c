import type { Schemas } from '../../api/problem';

export type Store = Schemas['StoreName'];
export const stores: Record<Store, string> = {
  Personal: 'Personal',
  OtherPeople: 'Other People',
  TrustedRoots: 'Trusted Roots',
  IntermediateAuthorities: 'Intermediate Authorities',
  Untrusted: 'Untrusted',
};
export const storeName = (store: string): string => (store in stores ? stores[store as Store] : store);
export const digits = (thumbprint: string): string => thumbprint.replace(/[^0-9a-f]/gi, '');
export const certificateAddress = (thumbprint: string): string => `/certificates/${digits(thumbprint)}`;
