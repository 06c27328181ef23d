//! The constants of one module: which are the same object, and which strings are interned.
//!
//! Marshal shows object identity, so this table is part of the format. One cache serves all code objects of a compilation: the first
//! constant with a key stands for all later ones, and a key is value *and* exact type. Names and name-like constants are interned; where
//! CPython interns when a code object is made, and writes the result into shared tuples, here it happens on entry to the cache, which leaves
//! the same objects.
//!
//! CPython 3.11: `merge_consts_recursive`, `merge_const_one` in `Python/compile.c`; `_PyCode_ConstantKey`, `code_richcompare`,
//! `intern_string_constants` in `Objects/codeobject.c`.

use crate::ast::Identifier;
use bytecode::{CodeObject, Constant, StrObj};
use foldhash::{HashMap, HashSet};
use indexmap::{Equivalent, IndexSet};
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::LazyLock;

/// Number of a constant in the cache; equal numbers are one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConstId(u32);

/// A constant as key: equal by value and exact type.
struct ConstKey(Constant);

impl PartialEq for ConstKey {
    fn eq(&self, other: &ConstKey) -> bool {
        same_key(&self.0, &other.0)
    }
}

impl Eq for ConstKey {}

impl Hash for ConstKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_key(&self.0, state);
    }
}

/// A borrowed constant to look for.
struct Lookup<'c>(&'c Constant);

impl Hash for Lookup<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_key(self.0, state);
    }
}

impl Equivalent<ConstKey> for Lookup<'_> {
    fn equivalent(&self, key: &ConstKey) -> bool {
        same_key(self.0, &key.0)
    }
}

/// Room on the native stack before a step into nested constants.
fn deep<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, step)
}

fn same_float(a: f64, b: f64) -> bool {
    // Zeros of different sign are different constants; NaN equals nothing (identity is looked at before).
    a == b && a.is_sign_negative() == b.is_sign_negative()
}

/// Whether two constants have equal keys.
pub fn same_key(a: &Constant, b: &Constant) -> bool {
    match (a, b) {
        (Constant::None, Constant::None)
        | (Constant::Ellipsis, Constant::Ellipsis)
        | (Constant::StopIteration, Constant::StopIteration) => true,
        (Constant::Bool(a), Constant::Bool(b)) => a == b,
        (Constant::Int(a), Constant::Int(b)) => Rc::ptr_eq(a, b) || a == b,
        (Constant::Float(a), Constant::Float(b)) => Rc::ptr_eq(a, b) || same_float(**a, **b),
        (Constant::Complex(a), Constant::Complex(b)) => {
            Rc::ptr_eq(a, b) || (same_float(a.0, b.0) && same_float(a.1, b.1))
        }
        (Constant::Str(a), Constant::Str(b)) => Rc::ptr_eq(a, b) || a.as_bytes() == b.as_bytes(),
        (Constant::Bytes(a), Constant::Bytes(b)) => Rc::ptr_eq(a, b) || a == b,
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            Rc::ptr_eq(a, b)
                || (a.len() == b.len()
                    && deep(|| a.iter().zip(b.iter()).all(|(x, y)| same_key(x, y))))
        }
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            Rc::ptr_eq(a, b) || (a.len() == b.len() && same_items(a, b))
        }
        (Constant::Code(a), Constant::Code(b)) => Rc::ptr_eq(a, b) || same_code(a, b),
        _ => false,
    }
}

#[expect(
    clippy::mutable_key_type,
    reason = "whether a string is interned is no part of the key"
)]
fn same_items(a: &[Constant], b: &[Constant]) -> bool {
    let items: HashSet<ConstKey> = b.iter().cloned().map(ConstKey).collect();
    a.iter().all(|item| items.contains(&ConstKey(item.clone())))
}

fn same_code(a: &CodeObject, b: &CodeObject) -> bool {
    a.name.as_bytes() == b.name.as_bytes()
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && deep(|| same_key(&a.consts, &b.consts))
        && same_key(&a.names, &b.names)
        && same_key(&a.localsplusnames, &b.localsplusnames)
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
}

fn hash_key<H: Hasher>(c: &Constant, state: &mut H) {
    std::mem::discriminant(c).hash(state);
    match c {
        Constant::None | Constant::Ellipsis | Constant::StopIteration => {}
        Constant::Bool(b) => b.hash(state),
        Constant::Int(i) => i.hash(state),
        Constant::Float(f) => hash_float(**f, state),
        Constant::Complex(z) => {
            hash_float(z.0, state);
            hash_float(z.1, state);
        }
        Constant::Str(s) => s.as_bytes().hash(state),
        Constant::Bytes(b) => b.hash(state),
        Constant::Tuple(items) => {
            items.len().hash(state);
            deep(|| items.iter().for_each(|item| hash_key(item, state)));
        }
        // The order of a set must not matter.
        Constant::FrozenSet(items) => items.len().hash(state),
        Constant::Code(code) => {
            code.name.as_bytes().hash(state);
            code.firstlineno.hash(state);
            code.linetable.hash(state);
        }
    }
}

fn hash_float<H: Hasher>(f: f64, state: &mut H) {
    if !f.is_nan() {
        f.to_bits().hash(state);
    }
}

/// A string object as key of the interned table.
struct Interned(Rc<StrObj>);

impl PartialEq for Interned {
    fn eq(&self, other: &Interned) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }
}

impl Eq for Interned {}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Interned {
    fn borrow(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The code names that are static strings of the interpreter: one object each, not interned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum StaticName {
    /// `<module>`
    Module,
    /// `<lambda>`
    Lambda,
    /// `<listcomp>`
    ListComp,
    /// `<setcomp>`
    SetComp,
    /// `<dictcomp>`
    DictComp,
    /// `<genexpr>`
    GenExpr,
}

impl StaticName {
    const ALL: [&'static str; 6] = [
        "<module>",
        "<lambda>",
        "<listcomp>",
        "<setcomp>",
        "<dictcomp>",
        "<genexpr>",
    ];
}

/// Strings of two and more characters that are interned in a process of CPython 3.11 before it compiles anything, one a line.
static INTERNED_AT_STARTUP: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("data/interned_at_startup.txt")
        .lines()
        .collect()
});

/// Characters of which such a process has interned another object than the one it uses everywhere else.
const INTERNED_TWICE: &[u8] = b"BCLST_abcdefhijklmnopqrstvwxy";

/// The constants and strings of a compilation.
pub struct ConstCache {
    /// All constants; the position is the number.
    values: IndexSet<ConstKey, foldhash::fast::RandomState>,
    interned: HashSet<Interned>,
    static_names: [Rc<StrObj>; 6],
    /// One-character strings of Latin-1: one object each, whatever they are used for.
    characters: HashMap<Box<[u8]>, Rc<StrObj>>,
    /// Strings that came from a literal and not from an identifier.
    literals: HashSet<ConstId>,
    /// The identifiers of the source, which the parser interned before all else.
    identifiers: HashSet<Identifier>,
}

/// Whether the text is one character of Latin-1.
fn is_latin1_character(text: &[u8]) -> bool {
    matches!(text, [0..=0x7f] | [0xc2 | 0xc3, _])
}

/// Whether a constant string is interned when its code object is made.
pub fn all_name_chars(text: &[u8]) -> bool {
    text.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
}

impl ConstCache {
    /// An empty cache. The identifiers of the source matter only when it has set displays.
    pub fn new(identifiers: HashSet<Identifier>) -> ConstCache {
        ConstCache {
            characters: HashMap::default(),
            literals: HashSet::default(),
            identifiers,
            values: IndexSet::default(),
            interned: HashSet::default(),
            static_names: StaticName::ALL.map(|name| StrObj::new(name.as_bytes())),
        }
    }

    /// The object of a static code name.
    pub fn static_name(&self, name: StaticName) -> Rc<StrObj> {
        self.static_names[name as usize].clone()
    }

    /// The interned object of a name.
    pub fn intern(&mut self, name: &str) -> Rc<StrObj> {
        if let Some(found) = self.interned.get(name.as_bytes()) {
            return found.0.clone();
        }
        let object = if is_latin1_character(name.as_bytes()) {
            self.character(name.as_bytes())
        } else {
            StrObj::new(name.as_bytes())
        };
        object.set_interned(true);
        self.interned.insert(Interned(object.clone()));
        object
    }

    /// The object of a one-character string.
    fn character(&mut self, text: &[u8]) -> Rc<StrObj> {
        if let Some(found) = self.characters.get(text) {
            return found.clone();
        }
        let object = StrObj::new(text);
        self.characters.insert(text.into(), object.clone());
        object
    }

    /// The constant string of an identifier.
    pub fn name_constant(&mut self, name: &str) -> Constant {
        Constant::Str(self.intern(name))
    }

    fn intern_object(&mut self, object: &Rc<StrObj>) -> Rc<StrObj> {
        if let Some(found) = self.interned.get(object.as_bytes()) {
            return found.0.clone();
        }
        object.set_interned(true);
        self.interned.insert(Interned(object.clone()));
        object.clone()
    }

    /// The constant with this number.
    pub fn get(&self, id: ConstId) -> &Constant {
        &self.values[id.0 as usize].0
    }

    fn find(&self, constant: &Constant) -> Option<ConstId> {
        let index = self.values.get_index_of(&Lookup(constant))?;
        Some(ConstId(index as u32))
    }

    /// Enters a constant, its items too, and gives the number of the object that stands for it.
    pub fn add(&mut self, constant: &Constant) -> ConstId {
        if let Some(id) = self.find(constant) {
            return id;
        }
        let is_literal = matches!(constant, Constant::Str(s) if !s.is_interned());
        let merged = match constant {
            // "*" is interned in every ordinary process, by `import *`.
            Constant::Str(s) if all_name_chars(s.as_bytes()) || s.as_bytes() == b"*" => {
                Constant::Str(self.intern_object(s))
            }
            Constant::Str(s) if is_latin1_character(s.as_bytes()) && !s.is_unshared() => {
                Constant::Str(self.character(s.as_bytes()))
            }
            Constant::Tuple(items) => {
                let items: Vec<Constant> = deep(|| items.iter().map(|i| self.merged(i)).collect());
                Constant::Tuple(items.into())
            }
            Constant::FrozenSet(items) => {
                let items: Vec<Constant> = deep(|| items.iter().map(|i| self.merged(i)).collect());
                Constant::FrozenSet(items.into())
            }
            other => other.clone(),
        };
        let id = self.register(merged);
        if is_literal {
            self.literals.insert(id);
        }
        id
    }

    fn merged(&mut self, constant: &Constant) -> Constant {
        let id = self.add(constant);
        self.get(id).clone()
    }

    fn register(&mut self, constant: Constant) -> ConstId {
        let (index, _) = self.values.insert_full(ConstKey(constant));
        ConstId(index as u32)
    }

    /// Enters a constant without looking at its items (`merge_const_one`).
    pub fn add_one(&mut self, constant: Constant) -> ConstId {
        // An equal constant that is there already stays.
        self.register(constant)
    }

    /// The object that stands for a bytes object without looking at more than its value.
    pub fn bytes(&mut self, bytes: Vec<u8>) -> Rc<Box<[u8]>> {
        let object = Rc::new(bytes.into_boxed_slice());
        let id = self.add_one(Constant::Bytes(object.clone()));
        match self.get(id) {
            Constant::Bytes(found) => found.clone(),
            _ => object,
        }
    }

    /// The tuple of names that stands for these names.
    pub fn name_tuple<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> Constant {
        let items: Vec<Constant> = names.map(|name| self.name_constant(name)).collect();
        let id = self.add_one(Constant::Tuple(items.into()));
        self.get(id).clone()
    }

    /// The `co_consts` tuple of these constants.
    pub fn consts_tuple(&mut self, ids: &[ConstId]) -> Constant {
        let items: Vec<Constant> = ids.iter().map(|&id| self.get(id).clone()).collect();
        let tuple = Constant::Tuple(items.into());
        if let Some(id) = self.find(&tuple) {
            return self.get(id).clone();
        }
        let Constant::Tuple(items) = &tuple else {
            return tuple;
        };
        let is_copied =
            |item: &Constant| matches!(item, Constant::FrozenSet(set) if self.is_changed(set));
        let tuple = if items.iter().any(is_copied) {
            let copied = items.iter().map(|item| match item {
                Constant::FrozenSet(set) if is_copied(item) => {
                    Constant::FrozenSet(set.iter().cloned().collect())
                }
                item => item.clone(),
            });
            Constant::Tuple(copied.collect())
        } else {
            tuple
        };
        let id = self.register(tuple);
        self.get(id).clone()
    }

    /// Whether interning the strings of a frozenset changes one of them, so that the code object gets a copy of the set.
    fn is_changed(&self, set: &[Constant]) -> bool {
        set.iter().any(|item| {
            let Constant::Str(object) = item else {
                return false;
            };
            let Some(text) = object.as_str().filter(|s| all_name_chars(s.as_bytes())) else {
                return false;
            };
            if self
                .find(item)
                .is_none_or(|id| !self.literals.contains(&id))
            {
                return false;
            }
            match text.as_bytes() {
                [character] => INTERNED_TWICE.contains(character),
                _ => self.identifiers.contains(text) || INTERNED_AT_STARTUP.contains(text),
            }
        })
    }
}
