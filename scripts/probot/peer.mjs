// A Probot app that does what Pilothouse's /ping does: a reaction, the author's permission, a comment; without throttling.
//
// As a program: `node peer.mjs MODE` reads APP_ID, PRIVATE_KEY_FILE, WEBHOOK_SECRET, API and PORT from its environment.
// MODE handled: the reaction alone, for the acknowledgement benchmark; MODE command: the whole command.
import { readFileSync } from "node:fs";
import pino from "pino";
import { Probot, ProbotOctokit, Server } from "probot";

const { APP_ID, PRIVATE_KEY_FILE, WEBHOOK_SECRET, API, PORT } = process.env;
const whole = process.argv[2] === "command";

const server = new Server({
  Probot: Probot.defaults({
    appId: Number(APP_ID),
    privateKey: readFileSync(PRIVATE_KEY_FILE, "utf8"),
    secret: WEBHOOK_SECRET,
    baseUrl: API,
    // A function: Probot lays its own throttling options over a plain object's.
    Octokit: ProbotOctokit.defaults((options) => ({ ...options, throttle: { enabled: false } })),
  }),
  log: pino({ level: "fatal" }),
  host: "127.0.0.1",
  port: Number(PORT),
  webhookPath: "/webhook",
});

await server.load((probot) => {
  probot.on("issue_comment.created", async (context) => {
    const { comment, sender } = context.payload;
    if (sender.type === "Bot") return;
    const rest = context.octokit.rest;
    await rest.reactions.createForIssueComment(context.repo({ comment_id: comment.id, content: "eyes" }));
    if (!whole || !comment.body.startsWith("/ping")) return;
    const { data } = await rest.repos.getCollaboratorPermissionLevel(context.repo({ username: sender.login }));
    if (!["write", "admin"].includes(data.permission)) return;
    await rest.issues.createComment(context.issue({ body: `<!-- pilothouse:receipt ${comment.id}/0 -->pong` }));
  });
});
await server.start();
console.log("listening");
