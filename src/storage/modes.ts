/** What the process's umask takes from, as with Burp's server: who may read a store is the administrator's decision. */
export const FILE_MODE = 0o666;
export const DIRECTORY_MODE = 0o777;
