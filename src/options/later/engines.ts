/**
 * Options still to come of engines still to come: those that can be built on libc alone. Names,
 * defaults and ranges are fio's (3.42).
 */
import { type LaterTable, later, laterFlag, ofEngines } from "./declare.ts";

export const LATER_ENGINE: LaterTable = {
  ...ofEngines(["cpuio"], {
    cpuload: later("PERCENT", "", "share of a CPU to use", { least: 1, most: 100 }),
    cpuchunks: later("TIME", "50ms", "length of each busy stretch"),
    cpumode: later("noop|qsort", "noop", "what the CPU is busy with"),
    exit_on_io_done: laterFlag("end when all jobs that do I/O have ended"),
  }),
  ...ofEngines(["net", "netsplice"], {
    hostname: later("HOST", "", "host to send to, multicast group, or path of a Unix socket"),
    port: later("N", "", "port to send to or listen on; each clone adds its number", {
      least: 1,
      most: 65_535,
    }),
    protocol: later("WORD", "tcp", "protocol of the connection", {
      aliases: ["proto"],
      values: ["tcp", "tcpv6", "udp", "udpv6", "unix", "vsock"],
    }),
    nodelay: laterFlag("set TCP_NODELAY"),
    listen: laterFlag("wait for a connection instead of making one"),
    pingpong: laterFlag("the reader sends every block back"),
    interface: later("ADDRESS", "", "local address for multicast"),
    ttl: later("N", "1", "routers a multicast packet passes at most"),
    window_size: later("SIZE", "0", "size of the socket's buffers; 0 for the system's"),
    mss: later("SIZE", "0", "largest TCP segment; 0 for the system's"),
  }),
  ...ofEngines(["exec"], {
    program: later("PATH", "", "program to run"),
    arguments: later("TEXT", "", "its arguments; %r is the runtime, %n the job's name"),
    grace_time: later("TIME", "1s", "time between SIGTERM and SIGKILL at the end"),
    std_redirect: later("BOOL", "true", "the program's output into files named after the job"),
  }),
  ...ofEngines(["filestat", "dirstat"], {
    stat_type: later("stat|lstat|statx", "stat", "which call asks for a file's attributes"),
  }),
  ...ofEngines(["mmap"], { thp: laterFlag("ask for transparent huge pages") }),
  ...ofEngines(["nbd"], { uri: later("URI", "", "export to connect to, as in nbd://host/name") }),
  ...ofEngines(["http"], {
    http_host: later("HOST", "localhost", "server to talk to"),
    http_user: later("NAME", "", "user to sign in as"),
    http_pass: later("TEXT", "", "password of that user"),
    https: later("on|off|insecure", "off", "encrypt; insecure takes any certificate"),
    http_mode: later("webdav|s3|swift", "webdav", "dialect of the server"),
    http_s3_key: later("TEXT", "", "secret key for S3"),
    http_s3_keyid: later("TEXT", "", "identity of that key"),
    http_s3_security_token: later("TEXT", "", "token of a session, for S3"),
    http_s3_region: later("NAME", "us-east-1", "region of the bucket"),
    http_s3_sse_customer_key: later("TEXT", "", "key with which the server encrypts"),
    http_s3_sse_customer_algorithm: later("NAME", "AES256", "how it encrypts"),
    http_s3_storage_class: later("NAME", "STANDARD", "storage class of new objects"),
    http_swift_auth_token: later("TEXT", "", "token for Swift"),
    http_verbose: later("N", "0", "how much of the traffic to show", { least: 0, most: 2 }),
    http_object_mode: later("block|range", "block", "an object a block, or ranges of one object"),
  }),
};
