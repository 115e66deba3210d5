/** A trial on a chat server whose process is killed as the sixth turn of rollout 0 is asked. usage: ... FILE */
import { openDatabase } from "../../src/store/database.ts";
import { ChatServer } from "../engine/chat-server.ts";
import { runChat, slippingAnswer } from "./chat-trial.ts";

const [path = ""] = process.argv.slice(2);
const server = new ChatServer((request) => {
  if (request.rollout === 0 && request.turnIndex === 5) process.kill(process.pid, "SIGKILL");
  return slippingAnswer(request);
}, 3);
await runChat(openDatabase(path), { server });
