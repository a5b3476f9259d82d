export const installPeers = (): string[] => []
