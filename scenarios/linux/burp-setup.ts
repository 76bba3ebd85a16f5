/** ffdhe2048 of RFC 7919: Burp's server wants such a file, and making one takes minutes. */
export const DH_PARAMETERS = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----`;

/** Certificates and configurations in the folder around the disk. \`$1\` is the port, \`$2\` more of the server's. */
export const SETUP = String.raw`
mkdir -p files clientconfdir run versions
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -keyout ca.key -out ca.crt -days 30 -subj /CN=ca 2> /dev/null
certify() {
  openssl req -newkey rsa:2048 -nodes -sha256 -keyout $1.key -out $1.csr -subj /CN=$2 2> /dev/null
  openssl x509 -req -in $1.csr -out $1.crt -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -sha256 2> /dev/null
}
certify server server
certify client c1
chmod 600 *.key
echo '${DH_PARAMETERS}' > dh.pem
common="stdout = 1
syslog = 0
ssl_cert_ca = $PWD/ca.crt
network_timeout = 30"
cat > server.conf << END
mode = server
listen = 127.0.0.1:$1
listen_status = 127.0.0.1:$(($1 + 1))
directory = $PWD/data
clientconfdir = $PWD/clientconfdir
pidfile = $PWD/run/server.pid
umask = 0022
keep = 100
dedup_group = global
client_can_force_backup = 1
client_can_list = 1
client_can_restore = 1
timer_script = /bin/false
$common
ssl_cert = $PWD/server.crt
ssl_key = $PWD/server.key
ssl_dhfile = $PWD/dh.pem
$2
END
echo "password = secret" > clientconfdir/c1
cat > client.conf << END
mode = client
server = 127.0.0.1
port = $1
status_port = $(($1 + 1))
password = secret
cname = c1
pidfile = $PWD/run/client.pid
$common
ssl_cert = $PWD/client.crt
ssl_key = $PWD/client.key
ssl_peer_cn = server
include = $PWD/files
exclude_comp = gz
END
`;

/** The client's files on day \`$1\`: three that change, the second of them stored as it is, and one that does not. */
export const FILES = String.raw`
seq $(($1 * 100)) $(($1 * 100 + 300)) > files/changes.txt
seq $(($1 * 100)) $(($1 * 100 + 200)) > files/packed.gz
seq $(($1 * 10)) $(($1 * 10 + 300)) > files/yet-another.txt
touch -d "2026-01-0$1" files/changes.txt files/packed.gz files/yet-another.txt
[ $1 -ne 1 ] || { echo always > files/same.txt; touch -d 2026-01-01 files/same.txt; }
cp -a files versions/$1
`;
