export const word = await Promise.resolve('late');
