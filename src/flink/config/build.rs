//! From text to trees: follows the events of the YAML parser without recursion.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::fault::Faults;
use super::scalar::Scalar;
use super::syntax;
use super::tree::{Entry, Node, Value};

/// Levels of nesting that are read; Flink's longest key has fewer than ten parts.
const DEPTH: usize = 64;
/// Bytes that aliases may repeat in all.
const REPEATED: usize = 1 << 20;

/// The documents of a text.
pub struct Built {
    /// One tree for each document; the last may be cut off.
    pub documents: Vec<Node>,
    /// Whether the text could be read to its end.
    pub whole: bool,
}

/// Reads all documents of `text`. Where it stops being YAML, `faults` tell so, and what stands above is still built.
pub fn build(text: &str, faults: &mut Faults) -> Built {
    let mut builder = Builder::new(text, faults);
    let mut parser = Parser::new_from_str(text);
    let mut whole = true;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                syntax::tell(&error, text, builder.faults);
                whole = false;
                break;
            }
        };
        if !builder.take(event, u32::try_from(span.start.line()).unwrap_or(u32::MAX)) {
            whole = false;
            break;
        }
    }
    while !builder.open.is_empty() {
        builder.close();
    }
    Built { documents: builder.documents, whole }
}

/// A list or mapping whose end has not come yet.
struct Frame {
    line: u32,
    anchored: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(Vec<Entry>, Key),
}

/// The key that waits for its value.
enum Key {
    None,
    Read(String, u32),
    Refused,
}

struct Builder<'f> {
    open: Vec<Frame>,
    documents: Vec<Node>,
    /// Scalars that may be repeated; `None` stands for lists and mappings.
    anchors: BTreeMap<usize, Option<Scalar>>,
    repeated: usize,
    /// Lines that are indented with tabs: no place for keys, even where the parser lets it pass.
    tabbed: Vec<u32>,
    faults: &'f mut Faults,
}

impl<'f> Builder<'f> {
    fn new(text: &str, faults: &'f mut Faults) -> Builder<'f> {
        let (open, documents, anchors) = (Vec::new(), Vec::new(), BTreeMap::new());
        Builder { open, documents, anchors, repeated: 0, tabbed: syntax::tabbed(text), faults }
    }

    /// Takes the next event; answers whether to go on.
    fn take(&mut self, event: Event, line: u32) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain;
                let quoted = tag.map_or(quoted, |tag| is_text(&tag, quoted));
                let scalar = Scalar { text: text.into_owned(), quoted };
                if anchor > 0 {
                    self.anchors.insert(anchor, Some(scalar.clone()));
                }
                self.place(Node { line, value: Value::Scalar(scalar) });
            }
            Event::Alias(anchor) => return self.alias(anchor, line),
            Event::SequenceStart(anchor, _) => return self.start(anchor, line, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => return self.start(anchor, line, Content::Map(Vec::new(), Key::None)),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => {}
        }
        true
    }

    fn start(&mut self, anchored: usize, line: u32, content: Content) -> bool {
        if self.open.len() == DEPTH {
            self.faults
                .at(line, format!("more than {DEPTH} levels of nesting: expected the few that Flink's keys have"));
            return false;
        }
        self.open.push(Frame { line, anchored, content });
        true
    }

    fn alias(&mut self, anchor: usize, line: u32) -> bool {
        let value = match self.anchors.get(&anchor) {
            Some(Some(scalar)) => {
                self.repeated += scalar.text.len();
                Value::Scalar(scalar.clone())
            }
            _ => {
                let message = "an alias (`*name`) of a list or a group of keys: expected aliases of single values only";
                self.faults.at(line, message);
                Value::Refused
            }
        };
        if self.repeated > REPEATED {
            self.faults.at(line, "aliases repeat more than 1 MiB of text up to here: expected to be less");
            return false;
        }
        self.place(Node { line, value });
        true
    }

    /// Ends the innermost list or mapping.
    fn close(&mut self) {
        let Some(Frame { line, anchored, content }) = self.open.pop() else { return };
        if anchored > 0 {
            self.anchors.insert(anchored, None);
        }
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map(entries, _) => Value::Map(entries),
        };
        self.place(Node { line, value });
    }

    /// Puts `node` where it belongs: a document, an item, a key or a value.
    fn place(&mut self, node: Node) {
        match self.open.last_mut().map(|frame| &mut frame.content) {
            None => self.documents.push(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(entries, key)) => match std::mem::replace(key, Key::None) {
                Key::None => {
                    if self.tabbed.binary_search(&node.line).is_ok() {
                        self.faults.at(node.line, syntax::TAB);
                    }
                    *key = read_key(node, self.faults);
                }
                Key::Read(key, line) => entries.push(Entry { key, line, value: node.value }),
                Key::Refused => {}
            },
        }
    }
}

fn read_key(node: Node, faults: &mut Faults) -> Key {
    match node.value {
        Value::Scalar(scalar) if !scalar.text.is_empty() => Key::Read(scalar.text, node.line),
        Value::Scalar(_) => {
            faults.at(node.line, "a value without a key before its \":\": expected `key: value`");
            Key::Refused
        }
        Value::Refused => Key::Refused,
        value => {
            let message = "expected a name (a template must be filled in before, a text that begins with \"{\" quoted)";
            faults.at(node.line, format!("the key is {}: {message}", value.what()));
            Key::Refused
        }
    }
}

/// Whether a scalar with this tag is a text whatever it looks like; tags that nobody knows change nothing.
fn is_text(tag: &Tag, quoted: bool) -> bool {
    match (tag.is_yaml_core_schema(), tag.suffix.as_str()) {
        (true, "str") => true,
        (true, "int" | "float" | "bool" | "null") => false,
        _ => quoted || tag.suffix.is_empty(),
    }
}
