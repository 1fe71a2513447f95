import type { Element, ElementContent, Root, RootContent } from 'hast';
import rehypeSanitize, { type Options } from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

/** What people wrote in Markdown, made safe to stand in a public page, and without marks for other programs. */
export interface Rendered {
  readonly html: string;
  readonly text: string;
}

/** We vouch for no page that is linked to, and it gets no hold of ours. */
const linkTypes = ['noopener', 'nofollow'];
/** What may stand in a page, whatever was written. */
const allowed: Options = {
  tagNames: [
    'p',
    'br',
    'hr',
    'strong',
    'em',
    'code',
    'pre',
    'ul',
    'ol',
    'li',
    'blockquote',
    'a',
    'h3',
    'h4',
    'h5',
    'h6',
  ],
  attributes: { a: ['href', ['rel', ...linkTypes]], ol: ['start'] },
  protocols: { href: ['http', 'https', 'mailto'] },
  strip: ['script', 'style'],
};

const reader = unified()
  .use(remarkParse)
  .use(remarkRehype, {
    handlers: {
      // HTML is shown as it is written, so that <this> does not vanish; but what is commented out is not for the public.
      html: (_state: unknown, { value }: { value: string }) => ({
        type: 'text',
        value: value.replace(/<!--.*?(-->|$)/gs, ''),
      }),
    },
  })
  .freeze();
const guard = unified().use(rehypeSanitize, allowed).use(rehypeStringify).freeze();

/** Longer texts take the parser long. */
const mostCharacters = 25_000;
/** Quotes and lists, emphasis, or pictures within one another: the parser's time grows with the square of their number. */
const tooDeep = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){16}|[*_]{64}|(?:!\[){16}/m;

/** One line of words, which mean nothing but themselves: most of what people write, and most of the time that parsing takes. */
const plain = /^\p{L}(?:[^\\`*_[\]<>&\p{Cc}\p{Cs}]*[^\\`*_[\]<>&\p{Cc}\p{Cs}\s])?$/u;

/** Renders Markdown. What is longer or nested more deeply than anybody writes is shown as it is. */
export function renderMarkdown(markdown: string): Rendered {
  if (plain.test(markdown)) return { html: `<p>${markdown}</p>`, text: markdown };
  if (markdown.length > mostCharacters || tooDeep.test(markdown)) return asItIs(markdown);
  try {
    const tree = reader.runSync(reader.parse(markdown));
    return rendered({ type: 'root', children: tree.children.flatMap(tame).map(inParagraph) });
  } catch (cause) {
    if (cause instanceof RangeError) return asItIs(markdown);
    throw cause;
  }
}

function rendered(tree: Root): Rendered {
  return { html: guard.stringify(guard.runSync(tree)), text: blocks(tree.children) };
}

function asItIs(text: string): Rendered {
  return rendered({ type: 'root', children: [element('p', [{ type: 'text', value: text }])] });
}

/** Headings stand below those of the page, pictures are what they show in words, and links lead to addresses of the web or of people. */
function tame(node: RootContent): ElementContent[] {
  if (node.type === 'text') return [node];
  if (node.type !== 'element') return [];
  const children = node.children.flatMap(tame);
  switch (node.tagName) {
    case 'img':
      return [{ type: 'text', value: String(node.properties.alt ?? '') }];
    case 'a':
      return /^(https?:\/\/|mailto:)/i.test(String(node.properties.href))
        ? [
            {
              ...node,
              properties: { href: withPlainScheme(String(node.properties.href)), rel: linkTypes },
              children,
            },
          ]
        : children;
    case 'h1':
    case 'h2':
      return [element('h3', children)];
    default:
      return [{ ...node, children }];
  }
}

/** Schemes are the same in capitals, but not to whoever compares them. */
function withPlainScheme(address: string): string {
  return address.replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase());
}

/** HTML stands between blocks. */
function inParagraph(node: ElementContent): ElementContent {
  return node.type === 'text' && node.value.trim() !== '' ? element('p', [node]) : node;
}

function element(tagName: string, children: ElementContent[]): Element {
  return { type: 'element', tagName, properties: {}, children };
}

const blockTags = new Set(['p', 'pre', 'ul', 'ol', 'li', 'blockquote', 'h3', 'h4', 'h5', 'h6', 'hr']);

function isBlock(node: RootContent): node is Element {
  return node.type === 'element' && blockTags.has(node.tagName);
}

/** Paragraphs with a line between them; items of lists on lines of their own. */
function blocks(nodes: readonly RootContent[]): string {
  return nodes
    .map((node) => (isBlock(node) ? block(node) : line(node)).trim())
    .filter((text) => text !== '')
    .join('\n\n');
}

function block({ tagName, properties, children }: Element): string {
  if (tagName === 'ul' || tagName === 'ol') {
    const first = Number(properties.start ?? 1);
    return children
      .filter((child) => child.type === 'element')
      .map((item, index) => {
        const mark = tagName === 'ol' ? `${first + index}. ` : '- ';
        return mark + inner(item.children).replace(/\n+/g, `\n${' '.repeat(mark.length)}`);
      })
      .join('\n');
  }
  return inner(children);
}

function inner(nodes: readonly RootContent[]): string {
  return nodes.some(isBlock) ? blocks(nodes) : lines(nodes);
}

function lines(nodes: readonly RootContent[]): string {
  return nodes.map(line).join('').trim();
}

function line(node: RootContent): string {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return '';
  if (node.tagName === 'br') return '\n';
  const text = node.children.map(line).join('');
  const address = String(node.properties.href ?? '').replace(/^mailto:/, '');
  return address === '' || address === text ? text : `${text} (${address})`;
}
