//! What the recogniser keeps of a match: its kind, its tokens, and those parts that messages need.

/// The kinds of match that make a difference to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Token,
    Other,
    Seq,
    Name,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    Operation,
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    Joined,
    None,
    False,
    True,
    Ellipsis,
    Literal,
    Imaginary,
    Compare,
    InPair,
    IfExp,
    Named,
    Comprehension,
    Args,
    Keyword,
    KeywordUnpacking,
}

impl NodeKind {
    /// The kind of this name in the grammar.
    pub fn named(name: &str) -> NodeKind {
        match name {
            "Seq" => NodeKind::Seq,
            "Attribute" => NodeKind::Attribute,
            "Subscript" => NodeKind::Subscript,
            "Starred" => NodeKind::Starred,
            "List" => NodeKind::List,
            "Tuple" => NodeKind::Tuple,
            "Lambda" => NodeKind::Lambda,
            "Call" => NodeKind::Call,
            "Operation" => NodeKind::Operation,
            "Generator" => NodeKind::Generator,
            "Yield" => NodeKind::Yield,
            "Await" => NodeKind::Await,
            "ListComp" => NodeKind::ListComp,
            "SetComp" => NodeKind::SetComp,
            "DictComp" => NodeKind::DictComp,
            "Dict" => NodeKind::Dict,
            "Set" => NodeKind::Set,
            "None" => NodeKind::None,
            "False" => NodeKind::False,
            "True" => NodeKind::True,
            "Ellipsis" => NodeKind::Ellipsis,
            "Compare" => NodeKind::Compare,
            "InPair" => NodeKind::InPair,
            "IfExp" => NodeKind::IfExp,
            "Named" => NodeKind::Named,
            "Comprehension" => NodeKind::Comprehension,
            "Args" => NodeKind::Args,
            "Keyword" => NodeKind::Keyword,
            "KeywordUnpacking" => NodeKind::KeywordUnpacking,
            _ => {
                debug_assert!(name == "Other", "no node kind {name}");
                NodeKind::Other
            }
        }
    }

    /// `_PyPegen_get_expr_name`
    pub fn in_words(self) -> &'static str {
        match self {
            NodeKind::Attribute => "attribute",
            NodeKind::Subscript => "subscript",
            NodeKind::Starred => "starred",
            NodeKind::Name => "name",
            NodeKind::List => "list",
            NodeKind::Tuple => "tuple",
            NodeKind::Lambda => "lambda",
            NodeKind::Call => "function call",
            NodeKind::Generator => "generator expression",
            NodeKind::Yield => "yield expression",
            NodeKind::Await => "await expression",
            NodeKind::ListComp => "list comprehension",
            NodeKind::SetComp => "set comprehension",
            NodeKind::DictComp => "dict comprehension",
            NodeKind::Dict => "dict literal",
            NodeKind::Set => "set display",
            NodeKind::Joined => "f-string expression",
            NodeKind::None => "None",
            NodeKind::False => "False",
            NodeKind::True => "True",
            NodeKind::Ellipsis => "ellipsis",
            NodeKind::Literal | NodeKind::Imaginary => "literal",
            NodeKind::Compare => "comparison",
            NodeKind::IfExp => "conditional expression",
            NodeKind::Named => "named expression",
            _ => "expression",
        }
    }
}

/// A match. Tokens are matches too: `Value::token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value(u32);

const TOKEN_BIT: u32 = 1 << 31;

impl Value {
    /// An optional part that is not there.
    pub const ABSENT: Value = Value(u32::MAX);

    /// Token `index`.
    pub fn token(index: usize) -> Value {
        Value(index as u32 | TOKEN_BIT)
    }

    /// Node `index`.
    pub fn node(index: usize) -> Value {
        Value(index as u32)
    }

    /// The token's index, if it is a token.
    pub fn as_token(self) -> Option<usize> {
        (self.0 & TOKEN_BIT != 0 && self != Value::ABSENT).then_some((self.0 & !TOKEN_BIT) as usize)
    }

    /// The node's index, if it is a node.
    pub fn as_node(self) -> Option<usize> {
        (self.0 & TOKEN_BIT == 0).then_some(self.0 as usize)
    }
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its first token.
    pub first: u32,
    /// Its last token.
    pub last: u32,
    /// What was labelled.
    pub parts: Vec<Value>,
}
