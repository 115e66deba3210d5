/** Architectures that the llama.cpp of the pinned binding can load, as its source names them; a test holds them to it. */
export function isLoadable(architecture: string): boolean {
  return loadable.has(architecture);
}

/** What an architecture is for, where it is not for text that goes on. */
export type Purpose = "embedder" | "draft" | "speech";

/** Null: text that goes on, or not known. */
export function purposeOf(architecture: string): Purpose | null {
  return purposes.get(architecture) ?? null;
}

const loadable: ReadonlySet<string> = new Set(
  `
  clip llama llama4 deci falcon grok gpt2 gptneox mpt baichuan starcoder refact bert modern-bert
  nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe
  qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe qwen4exp phi2 phi3 phimoe plamo
  plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4
  gemma4-assistant gemma-embedding starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2
  cohere2moe dbrx olmo olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32
  deepseek4 chatglm glm4 glm4moe glm-dsa bitnet t5 t5encoder jais jais2 nemotron nemotron_h nemotron_h_moe
  exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid graniteswitch
  granite_swa chameleon wavtokenizer-dec plm bailingmoe bailingmoe2 bailingmoe3 dots1 dots3note arcee
  afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense hunyuan_vl hy_v3 smollm3 gpt-oss lfm2
  lfm2moe dream smallthinker llada llada-moe seed_oss grovemoe apertus minimax-01 minimax-m2 minimax-m3
  cogvlm rnd1 pangu-embedded mistral3 eagle3 dflash mistral4 paddleocr mimo2 step35 llama-embed maincoder
  kimi-linear kimi-k3 talkie mellum nanbeige qwen3tts pockettts
`
    .trim()
    .split(/\s+/),
);

/** `draft`: guesses tokens for another model. */
const purposes: ReadonlyMap<string, Purpose> = new Map([
  ["bert", "embedder"],
  ["modern-bert", "embedder"],
  ["nomic-bert", "embedder"],
  ["nomic-bert-moe", "embedder"],
  ["neo-bert", "embedder"],
  ["jina-bert-v2", "embedder"],
  ["jina-bert-v3", "embedder"],
  ["eurobert", "embedder"],
  ["gemma-embedding", "embedder"],
  ["llama-embed", "embedder"],
  ["t5encoder", "embedder"],
  ["eagle3", "draft"],
  ["dflash", "draft"],
  ["gemma4-assistant", "draft"],
  ["wavtokenizer-dec", "speech"],
  ["qwen3tts", "speech"],
  ["pockettts", "speech"],
]);
