export async function bundles() {
  return [];
}
