//! `code`: a code object whose constants and names are live values.
//!
//! What marshal stores is `bytecode::CodeObject`; this is the form that runs. The instructions are verified before they run for the first
//! time (`bytecode::verify`), and copied into a quickenable array on the first call; `co_code` never changes.
//!
//! What is read from a file is read piece by piece: a code object knows its numbers and names, and reads the rest when it is first asked for.
//!
//! Fields are the objects that the compiler or a stream gave, not copies: which of them are one object decides what `marshal` writes.
//!
//! CPython 3.11: `Objects/codeobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object_watched_if;
use crate::object::{Object, Py, PyCell, PyRef, Value, Visitor, type_flag};
use crate::types::bytes::value::PyBytes;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use crate::types::twin::Twins;
use bytecode::verify::{Verifier, VerifyError};
use bytecode::{CodeFlags, Opcode};
use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

/// What is known of a code object's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// They will be verified before they run: most code of a module that is imported never does.
    Pending,
    /// They can run.
    Passed,
    /// They cannot: a call raises ValueError.
    Refused,
}

/// A number that no instruction has.
const NO_OPCODE: u16 = 255;

/// The fields of a code object that are objects and not needed before it runs, or somebody looks at it.
pub struct CodeBody {
    /// `co_code`: code units, caches zeroed.
    pub code: PyRef<PyBytes>,
    /// `co_consts`
    pub consts: PyRef<PyTuple>,
    /// `co_names`: interned strings.
    pub names: PyRef<PyTuple>,
    /// Names of locals, cells and free variables: interned strings.
    pub localsplusnames: PyRef<PyTuple>,
    /// `bytecode::LocalKind` of each.
    pub localspluskinds: PyRef<PyBytes>,
    /// `co_filename`
    pub filename: PyCell<PyRef<PyStr>>,
    /// `co_linetable`
    pub linetable: PyRef<PyBytes>,
    /// `co_exceptiontable`
    pub exceptiontable: PyRef<PyBytes>,
}

/// What the bodies of code objects are read from: most functions of a module that is imported are never called.
pub trait CodeSource {
    /// The body of the code object with that number.
    fn read(self: Rc<Self>, vm: &Vm, number: usize) -> PyResult<CodeBody>;
    /// The first constant of that code object, when it can be read alone.
    fn first_constant(self: Rc<Self>, vm: &Vm, number: usize) -> Option<Value>;
    /// From now on this is `co_filename` where it would have been the old one.
    fn rename(&self, old: &Py<PyStr>, new: &Py<PyStr>);
}

/// A body that may not have been read yet.
pub struct LazyBody {
    body: OnceCell<CodeBody>,
    source: RefCell<Option<(Rc<dyn CodeSource>, usize)>>,
}

impl From<CodeBody> for LazyBody {
    fn from(body: CodeBody) -> LazyBody {
        LazyBody {
            body: OnceCell::from(body),
            source: RefCell::new(None),
        }
    }
}

impl LazyBody {
    /// The body of code object `number` of that source.
    pub fn new(source: Rc<dyn CodeSource>, number: usize) -> LazyBody {
        LazyBody {
            body: OnceCell::new(),
            source: RefCell::new(Some((source, number))),
        }
    }

    /// What it will be read from.
    fn source(&self) -> Option<(Rc<dyn CodeSource>, usize)> {
        self.source.borrow().clone()
    }
}

/// Payload of code objects. The fields of the body are had by dereferencing.
pub struct PyCode {
    /// `co_argcount`
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// `co_stacksize`
    pub stacksize: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// Number of localsplus slots.
    pub nlocalsplus: u32,
    /// Number of plain locals (`co_nlocals`): parameters first.
    pub nlocals: u32,
    /// Number of cells, parameters that are cells included.
    pub ncellvars: u32,
    /// Number of free variables; they stand last in localsplus.
    pub nfreevars: u32,
    /// `co_name`
    pub name: PyRef<PyStr>,
    /// `co_qualname`
    pub qualname: PyRef<PyStr>,
    /// The other fields.
    pub body: LazyBody,
    /// The copy that quickens, made on the first call.
    pub quickened: PyCell<Option<Box<[u16]>>>,
    /// The first unit of that copy; null before the first call.
    pub quickened_start: Cell<*const u16>,
    /// Whether the instructions were verified.
    pub check: Cell<Check>,
}

native_type!(PyCode, "code", base: PyBaseObject, flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a code object.  Not for mere mortals."), signature: None,
    traverse: Some(traverse), clear: None, tables: [super::code_methods::TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live code objects.
    let code = unsafe { (*object).cast::<PyCode>() };
    if let Some(body) = code.body.body.get() {
        visit(&body.consts.as_value());
    }
}

impl Deref for PyCode {
    type Target = CodeBody;
    #[inline(always)]
    fn deref(&self) -> &CodeBody {
        match self.body.body.get() {
            Some(body) => body,
            None => self.read_body(),
        }
    }
}

impl PyCode {
    /// The object. As in CPython the collector does not watch it: constants come from a stream or the compiler, and can hold no cycle.
    pub fn into_object(self, vm: &Vm) -> PyRef<PyCode> {
        new_object_watched_if(&vm.types.code, self, false)
    }

    #[cold]
    #[inline(never)]
    fn read_body(&self) -> &CodeBody {
        let vm = self.name.object().class().vm();
        let source = self.body.source.take();
        let body = source.and_then(|(source, number)| source.read(vm, number).ok());
        self.body.body.get_or_init(|| match body {
            Some(body) => body,
            // Whoever made the source has checked it.
            None => {
                self.check.set(Check::Refused);
                CodeBody::empty(vm)
            }
        })
    }

    /// The docstring of a function made of this, if it has one.
    pub fn docstring(&self, vm: &Vm) -> Value {
        let alone = self
            .body
            .source()
            .and_then(|(source, number)| source.first_constant(vm, number));
        let first = alone.or_else(|| self.consts.as_slice().first().cloned());
        first
            .filter(|first| first.downcast_exact::<PyStr>(vm).is_some())
            .unwrap_or(Value::None)
    }

    /// Sets `co_filename`, here and in the code objects among the constants, where it is the old one.
    pub fn rename(&self, old: &Py<PyStr>, new: &Py<PyStr>) {
        // The nesting of code objects is limited by the reader and the compiler.
        if let Some((source, _)) = self.body.source() {
            source.rename(old, new);
            return;
        }
        if !self.filename.get().equals(old) {
            return;
        }
        self.filename.set(new.to_ref());
        for constant in self.consts.as_slice() {
            if let Some(inner) = constant.downcast_ref::<PyCode>() {
                inner.rename(old, new);
            }
        }
    }

    /// Number of localsplus slots.
    #[inline(always)]
    pub fn nlocalsplus(&self) -> usize {
        self.nlocalsplus as usize
    }

    /// Number of parameters, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> usize {
        let flags = self.flags;
        (self.argcount + self.kwonlyargcount) as usize
            + usize::from(flags & CodeFlags::VARARGS != 0)
            + usize::from(flags & CodeFlags::VARKEYWORDS != 0)
    }

    /// Whether a call only has to fill positional parameters: optimised locals, no `*args`, `**kwargs`, keyword-only parameters.
    #[inline(always)]
    pub fn is_simple(&self) -> bool {
        let wanted = CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS;
        self.flags & (wanted | CodeFlags::VARARGS | CodeFlags::VARKEYWORDS) == wanted
            && self.kwonlyargcount == 0
    }

    /// The first unit of the quickened copy; null before the first call.
    #[inline(always)]
    pub fn quickened_start(&self) -> *const u16 {
        self.quickened_start.get()
    }

    /// The first unit of the quickened copy, which is made when there is none yet.
    #[inline(always)]
    pub fn quicken(&self, vm: &Vm) -> *const u16 {
        let start = self.quickened_start.get();
        if start.is_null() {
            self.make_quickened(vm)
        } else {
            start
        }
    }

    /// Whether the verifier refused the instructions, in whose place stand some that raise.
    pub fn is_refused(&self) -> bool {
        self.check.get() == Check::Refused
    }

    /// Why.
    pub fn refusal(&self) -> Option<VerifyError> {
        if self.is_refused() {
            Verifier::new().verify(self).err()
        } else {
            None
        }
    }

    #[cold]
    #[inline(never)]
    fn make_quickened(&self, vm: &Vm) -> *const u16 {
        if self.check.get() == Check::Pending {
            let passed = vm.state.get::<SharedVerifier>().0.borrow_mut().verify(self);
            self.check.set(match passed {
                Ok(()) => Check::Passed,
                Err(_) => Check::Refused,
            });
        }
        let units = if self.is_refused() {
            vec![NO_OPCODE; (self.code.len() / 2).max(1)].into_boxed_slice()
        } else {
            let mut units = quickened_copy(self.code.as_slice(), vm.specialise.get());
            if let Some(first) = units.first_mut()
                && *first == Opcode::RESUME as u16
                && vm.specialise.get()
                && Twins::of(vm, self).is_some()
            {
                *first = Opcode::RESUME_TWIN as u16;
            }
            units
        };
        let start = units.as_ptr();
        self.quickened.set(Some(units));
        self.quickened_start.set(start);
        start
    }

    /// The line of an instruction, by its byte offset (`f_lasti`); `None` when it has none.
    pub fn line_of(&self, lasti: i32) -> Option<i32> {
        if lasti < 0 {
            return Some(self.firstlineno);
        }
        let line =
            bytecode::locations::addr_to_line(self.linetable.as_slice(), self.firstlineno, lasti);
        if line < 0 { None } else { Some(line) }
    }
}

impl CodeBody {
    fn empty(vm: &Vm) -> CodeBody {
        CodeBody {
            code: PyBytes::new(vm, &[]),
            consts: vm.empty_tuple(),
            names: vm.empty_tuple(),
            localsplusnames: vm.empty_tuple(),
            localspluskinds: PyBytes::new(vm, &[]),
            filename: PyCell::new(PyStr::new(vm, "")),
            linetable: PyBytes::new(vm, &[]),
            exceptiontable: PyBytes::new(vm, &[]),
        }
    }
}

/// `-X no_debug_ranges`: code objects keep no columns, wherever they come from.
#[derive(Default)]
pub struct NoColumns(pub Cell<bool>);

/// The line table that a code object gets.
pub fn kept_columns(vm: &Vm, linetable: PyRef<PyBytes>) -> PyRef<PyBytes> {
    if !vm.state.get::<NoColumns>().0.get() {
        return linetable;
    }
    let bare = bytecode::locations::remove_column_info(linetable.as_slice());
    PyBytes::new(vm, &bare)
}

/// The verifier of an interpreter, with its memory.
#[derive(Default)]
struct SharedVerifier(RefCell<Verifier>);

/// The code units with adaptive forms and superinstructions in place (`_PyCode_Quicken`). The instructions have been verified, so what
/// stands where an instruction begins is one.
fn quickened_copy(code: &[u8], specialise: bool) -> Box<[u16]> {
    let (units, _) = code.as_chunks();
    let mut units: Box<[u16]> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    if !specialise {
        return units;
    }
    let mut rest = &mut *units;
    while let Some((unit, behind)) = rest.split_first_mut() {
        let form = FORMS[usize::from(*unit as u8)];
        if form.paired != 0 {
            // The second may be the first of a pair itself, for whoever jumps there.
            let next = behind.first().copied().unwrap_or(0);
            let next = FORMS[usize::from(next as u8)].paired;
            let pair = PAIRS[usize::from(form.paired) % 4][usize::from(next) % 4];
            if pair != 0 {
                *unit = *unit & 0xff00 | u16::from(pair);
            }
            rest = behind;
            continue;
        }
        let cache_units = usize::from(form.cache_units).min(behind.len());
        let (caches, behind) = behind.split_at_mut(cache_units);
        if form.adaptive != 0 {
            *unit = *unit & 0xff00 | u16::from(form.adaptive);
            if let Some(counter) = caches.first_mut() {
                *counter = COUNTER_INITIAL;
            }
        }
        rest = behind;
    }
    units
}

/// Counter of an adaptive instruction that has not run: see `interp/adaptive.rs`.
pub const COUNTER_INITIAL: u16 = 1 << 4 | 3;

/// What quickening asks of an opcode number.
#[derive(Clone, Copy)]
struct Form {
    /// The adaptive form; 0 when there is none.
    adaptive: u8,
    cache_units: u8,
    /// Which of those it is that become one with the next or the previous one, and have no caches; 0 when it is none.
    paired: u8,
}

const PAIRED: [Opcode; 3] = [Opcode::LOAD_FAST, Opcode::LOAD_CONST, Opcode::STORE_FAST];

/// What becomes of two of these, by their places there, counted from 1; 0 when nothing does.
static PAIRS: [[u8; 4]; 4] = {
    let mut pairs = [[0; 4]; 4];
    let mut place = 0;
    while place < 9 {
        let (first, second) = (place / 3, place % 3);
        if let Some(form) = pair_form(PAIRED[first], PAIRED[second]) {
            pairs[first + 1][second + 1] = form as u8;
        }
        place += 1;
    }
    pairs
};

static FORMS: [Form; 256] = {
    let none = Form {
        adaptive: 0,
        cache_units: 0,
        paired: 0,
    };
    let mut forms = [none; 256];
    let mut index = 0;
    while index < Opcode::ALL.len() {
        let opcode = Opcode::ALL[index];
        forms[opcode as usize] = Form {
            adaptive: match adaptive_form(opcode) {
                Some(form) => form as u8,
                None => 0,
            },
            cache_units: opcode.cache_units() as u8,
            paired: 0,
        };
        index += 1;
    }
    let mut place = 0;
    while place < PAIRED.len() {
        place += 1;
        forms[PAIRED[place - 1] as usize].paired = place as u8;
    }
    forms
};

const fn adaptive_form(opcode: Opcode) -> Option<Opcode> {
    Some(match opcode {
        Opcode::LOAD_ATTR => Opcode::LOAD_ATTR_ADAPTIVE,
        Opcode::STORE_ATTR => Opcode::STORE_ATTR_ADAPTIVE,
        Opcode::LOAD_METHOD => Opcode::LOAD_METHOD_ADAPTIVE,
        Opcode::LOAD_GLOBAL => Opcode::LOAD_GLOBAL_ADAPTIVE,
        Opcode::BINARY_OP => Opcode::BINARY_OP_ADAPTIVE,
        Opcode::BINARY_SUBSCR => Opcode::BINARY_SUBSCR_ADAPTIVE,
        Opcode::STORE_SUBSCR => Opcode::STORE_SUBSCR_ADAPTIVE,
        Opcode::COMPARE_OP => Opcode::COMPARE_OP_ADAPTIVE,
        Opcode::PRECALL => Opcode::PRECALL_ADAPTIVE,
        Opcode::CALL => Opcode::CALL_ADAPTIVE,
        Opcode::UNPACK_SEQUENCE => Opcode::UNPACK_SEQUENCE_ADAPTIVE,
        Opcode::FOR_ITER => Opcode::FOR_ITER_ADAPTIVE,
        _ => return None,
    })
}

const fn pair_form(first: Opcode, second: Opcode) -> Option<Opcode> {
    Some(match (first, second) {
        (Opcode::LOAD_FAST, Opcode::LOAD_FAST) => Opcode::LOAD_FAST__LOAD_FAST,
        (Opcode::LOAD_FAST, Opcode::LOAD_CONST) => Opcode::LOAD_FAST__LOAD_CONST,
        (Opcode::LOAD_CONST, Opcode::LOAD_FAST) => Opcode::LOAD_CONST__LOAD_FAST,
        (Opcode::STORE_FAST, Opcode::LOAD_FAST) => Opcode::STORE_FAST__LOAD_FAST,
        (Opcode::STORE_FAST, Opcode::STORE_FAST) => Opcode::STORE_FAST__STORE_FAST,
        _ => return None,
    })
}
