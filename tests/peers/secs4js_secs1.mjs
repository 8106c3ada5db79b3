// secs4js's SECS-I ends, as a program: node secs4js_secs1.mjs PACKAGE equipment|host PORT
// Tells what happens, one JSON document a line.
import { pathToFileURL } from "node:url";

const [packageFolder, role, path] = process.argv.slice(2);
const { A, B, L, U4, Secs1SerialCommunicator } = await import(
  pathToFileURL(`${packageFolder}/lib/index.js`)
);
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const line = new Secs1SerialCommunicator({
  path,
  baudRate: 9600,
  deviceId: 0,
  isEquip: role === "equipment",
});
if (role === "equipment") {
  const make = line.createMessage.bind(line); // by itself it sets no R bit
  line.createMessage = (...parts) => Object.assign(make(...parts), { rBit: true });
}
let starts = 0;

line.on("message", async (message) => {
  const { stream, func } = message;
  if (stream === 1 && func === 13) {
    await line.reply(message, 1, 14, L(B(Buffer.from([0])), L(A("SECS4JS"), A("0.4.7"))));
  } else if (stream === 1 && func === 1) {
    await line.reply(message, 1, 2, L(A("SECS4JS"), A("0.4.7")));
  } else if (stream === 2 && func === 41) {
    starts += 1;
    tell(["S2F41", starts]);
    await line.reply(message, 2, 42, L(B(Buffer.from([4])), L()));
    const reply = await line.send(6, 11, true, L(U4(1), U4(8), L()));
    tell([`S${reply.stream}F${reply.func}`]);
  } else if (message.wBit) {
    await line.reply(message, stream, func + 1, message.body);
  }
});

await line.open();
tell("open");
if (role === "host") {
  await line.send(1, 13, true, L());
  const sent = "x".repeat(200);
  for (let count = 0; count < 3; count += 1) {
    const reply = await line.send(99, 1, true, A(sent));
    tell(reply.body.value === sent);
  }
}
