/** The marks, one row each. A rule answers what it found, in words for a person, or null. Texts of people must pass. */
import type { FlagRuleName } from './flag.js';
import { decodedPieces, fromRot13 } from './folding.js';
import { hiddenIn, mixedWordIn } from './hidden.js';

/** `plain`: the same text without its disguise. */
type Finder = (text: string, plain: string) => string | null;

const BIDIRECTIONAL = /[\u202A-\u202E\u2066-\u2069]/gu;

/** Markup by which vendors of models tell turns, and turns as a transcript writes them. */
const INVENTED_TURN = [
  /<\/?(?:system|assistant|tool_result|tool_use|function_calls?|function_results?|antml:\w{1,30})(?:\s[^<>]{0,200})?\/?>/i,
  /<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id)\|>|\[\/?INST\]|<<\/?SYS>>/i,
  /(?:^|\n)\s{0,3}(?:#{1,3}\s*)?(?:Human|Assistant)\s*:\s/,
  /"role"\s*:\s*"(?:system|assistant|tool|developer)"/i,
  /\b(?:begin|end|new|updated) (?:of )?system (?:prompt|message|instructions?)\b/i,
];

/** "Ignore all previous instructions" as it is said in the languages that such texts come in. */
const ORDERS = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|preceding|foregoing|your)\b.{0,30}\b(?:instructions?|rules?|prompts?|guidelines|directives?|orders|restrictions?)\b/is,
  /\b(?:ignore|disregard|forget)\b.{0,20}\b(?:all|any|the|these|those|everything)\b.{0,20}\b(?:instructions?|prompts?|guidelines|directives?)\b/is,
  /\b(?:ignoriere?|vergiss|missachte)\b.{0,60}\b(?:anweisung(?:en)?|regeln?|vorgaben|instruktionen)\b/is,
  /\b(?:ignora|olvida|descarta)\b.{0,60}\b(?:instrucciones|reglas|istruzioni|regole|instru[cç][oõ]es|regras)\b/is,
  /\b(?:ignorez?|oubliez?)\b.{0,60}\b(?:instructions|consignes|r[eè]gles)\b/is,
  /\b(?:negeer|vergeet)\b.{0,60}\b(?:instructies|regels)\b/is,
  /\b(?:zignoruj|ignoruj)\b.{0,60}(?:instrukcj|polece|zasad)/is,
  /(?:игнорируй|забудь).{0,60}(?:инструкци|указани|правил)/is,
  /(?:忽略|无视|無視).{0,20}(?:指示|指令|说明|規則|规则|命令)/s,
  /(?:指示|指令|命令|ルール).{0,10}(?:無視|忘れ)/s,
  /\byou are now\b.{0,40}\b(?:mode|unrestricted|dan|admin|jailbroken|root|free)\b/is,
  /\b(?:developer|god|debug|maintenance|unrestricted) mode (?:is )?(?:on|enabled|activated)\b/i,
  /\bfrom now on\b.{0,40}\b(?:you|always|the agent)\b.{0,80}\b(?:always|must|approve|never ask|close|transition|post)\b/is,
  /\b(?:note|instruction)s? (?:to|for) the (?:ai|llm|model|assistant)\b/i,
];

const AUTHORITY = [
  /\b(?:skip|bypass|no need for|do not (?:ask|wait) for|turn off)\b.{0,30}\bapprovals?\b/is,
  /\b(?:approval|permission|confirmation)s? (?:is|are) (?:not (?:needed|required|necessary)|already (?:given|granted)|waived)\b/i,
  /\b(?:the|your) polic(?:y|ies) (?:is|are|was|were|has been) (?:off|disabled|suspended|lifted)\b/i,
  /\b(?:pre-?approved|auto-?approved?)\b/i,
  /\bapproved by (?:the |our )?(?:ceo|cto|cfo|coo|board|management)\b/i,
  /\byour (?:allow[- ]?list|policy|approvers|configuration file)\b/i,
  /(?:^|\n)\s*\/approve\b\s+\S+/i,
  /\bi am (?:the|an|your) (?:admin(?:istrator)?|owner|operator|developer|creator)\b/i,
];

const SECRETS = [
  /\b(?:print|show|reveal|post|send|output|dump|repeat|tell|paste|leak|list|quote|write)\b.{0,60}\byour\b.{0,40}\b(?:tokens?|secrets?|passwords?|api keys?|credentials?|env(?:ironment)? (?:vars?|variables)|environment|(?:system )?prompt|instructions)\b/is,
  /\/etc\/(?:passwd|shadow)\b/i,
];

const ORDERLY: readonly RegExp[] = [...INVENTED_TURN, ...ORDERS, ...AUTHORITY, ...SECRETS];

export const FLAG_RULES: { readonly [N in FlagRuleName]: Finder } = {
  'hidden characters': hiddenIn,
  'bidirectional characters': (text) => {
    const found = text.match(BIDIRECTIONAL);
    return found === null ? null : `${found.length} that re-order what is read`;
  },
  'mixed scripts': mixedWordIn,
  'an invented turn': (text) => firstOf(INVENTED_TURN, text),
  'orders to the model': (text, plain) => inEither(ORDERS, text, plain),
  'a claim of authority': (text, plain) => inEither(AUTHORITY, text, plain),
  'asks for secrets': (text, plain) => inEither(SECRETS, text, plain),
  'encoded orders': (text) =>
    [...decodedPieces(text), fromRot13(text)]
      .filter(isFound)
      .map((piece) => firstOf(ORDERLY, piece))
      .find(isFound) ?? null,
};

function inEither(shapes: readonly RegExp[], text: string, plain: string): string | null {
  return firstOf(shapes, text) ?? (plain === text ? null : firstOf(shapes, plain));
}

function firstOf(shapes: readonly RegExp[], text: string): string | null {
  return shapes.map((shape) => shape.exec(text)?.[0] ?? null).find(isFound) ?? null;
}

function isFound(found: string | null): found is string {
  return found !== null;
}
