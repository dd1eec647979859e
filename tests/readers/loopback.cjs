// Keeps a program of the tests on this machine: requests to any other address fail at once.
const net = require("node:net");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = options && (options.host || options.path);
  if (!["127.0.0.1", "localhost", "::1"].includes(host)) {
    process.nextTick(() => this.destroy(new Error(`not on this machine: ${host}`)));
    return this;
  }
  return connect.apply(this, given);
};
