/** One message as a chat template gets it: reasoning apart from what is said. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  readonly reasoning?: string;
}
