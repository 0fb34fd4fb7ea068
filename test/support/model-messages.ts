/** Messages as the Messages API answers them. */

export interface MessageJson {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly object[];
  readonly stop_reason: string | null;
  readonly stop_sequence: null;
  readonly usage: Readonly<Record<string, number>>;
}

export function messageOf({
  text = '',
  content = [{ type: 'text', text }],
  stop_reason = 'end_turn',
}: Partial<Pick<MessageJson, 'content' | 'stop_reason'>> & { readonly text?: string }): MessageJson {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    content,
    stop_reason,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  };
}

export function toolUseBlock(name: string, input: object, id = `toolu_${name}`): object {
  return { type: 'tool_use', id, name, input };
}
