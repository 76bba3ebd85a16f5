/**
 * A byte stream in both directions between this server and one peer, encrypted or in memory: the protocol can't tell.
 * Everything that a conversation knows of its transport is here.
 */
export interface Connection {
  readonly peer: Peer;
  /**
   * What the peer sends, in pieces of any size whose memory is not used again, until it closes its side. Throws what the
   * network says (`ECONNRESET`) if that ends otherwise, and ETIMEDOUT if nothing passed in either direction for too long
   * while a piece was waited for. Iterated once; while nobody asks for the next piece, the peer is held back.
   */
  readonly incoming: AsyncIterable<Uint8Array>;
  /**
   * Sends bytes, which must not be changed afterwards. Gives false if more of them wait than the transport likes: then
   * `drained` says when there is room. Bytes written after the connection broke are dropped: `incoming` tells.
   */
  write(bytes: Uint8Array): boolean;
  /** Settles when the transport takes more, and also when it is broken: never a reason to wait for ever. */
  drained(): Promise<void>;
  /**
   * Sends what waits, closes this side (close_notify), and settles when the peer has closed too, or is gone. What still
   * comes is read and dropped, because a reset might destroy the last frame on its way. Never rejects.
   */
  end(): Promise<void>;
  /** Ends it at once, whatever waits. `incoming` and `drained` settle. */
  destroy(): void;
}

/** What the transport knows of the other end. */
export interface Peer {
  /** For logs and address lists, without the port: `192.168.0.7`. */
  readonly address: string;
  readonly certificate: PeerCertificate;
}

/** The certificate that the peer showed. */
export type PeerCertificate =
  | { readonly state: 'none' }
  /** Signed by the server's CA, valid now, not revoked. */
  | { readonly state: 'trusted'; readonly commonName: string }
  /** It showed one that doesn't pass; `reason` is for the log. */
  | { readonly state: 'refused'; readonly reason: string };
