//! `re.Pattern`.
//!
//! CPython 3.11: `Modules/_sre/sre.c`.

use super::call_re;
use super::engine::{Request, State};
use super::match_::PyMatch;
use super::program::{Program, translate};
use super::scanner::PyScanner;
use super::subject::Subject;
use base::text::TextRef;
use base::with_units;
use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::{CompareOp, Py, PyRef, Value};
use vm::protocol::{attr, call, compare, convert_int, repr};
use vm::types::bytes::value::PyBytes;
use vm::types::dict::value::PyDict;
use vm::types::generic_alias::PyGenericAlias;
use vm::types::list::value::PyList;
use vm::types::mappingproxy;
use vm::types::str::value::PyStr;

/// Payload of `re.Pattern`.
#[derive(Traverse)]
#[pytype(
    name = "re.Pattern",
    flags(GC, HAS_WEAKREF, DISALLOW_INSTANTIATION),
    doc = "Compiled regular expression object.",
    tables(TABLE, SLOTS, REPLACING)
)]
pub struct PyPattern {
    pub(super) pattern: Value,
    #[pytraverse(skip)]
    flags: i32,
    #[pytraverse(skip)]
    pub(super) groups: usize,
    pub(super) groupindex: Value,
    pub(super) indexgroup: Value,
    /// Whether it is a pattern of bytes, if that is known.
    #[pytraverse(skip)]
    is_bytes: Option<bool>,
    #[pytraverse(skip)]
    code: Vec<u32>,
    #[pytraverse(skip)]
    program: Program,
}

/// What a pattern knows beside its words.
pub struct Fields {
    /// The pattern's text, or None.
    pub pattern: Value,
    /// Whether it is bytes, if it is known.
    pub is_bytes: Option<bool>,
    /// The flags.
    pub flags: i32,
    /// The number of groups.
    pub groups: usize,
    /// A dict of names and numbers.
    pub groupindex: Value,
    /// A tuple of the groups' names.
    pub indexgroup: Value,
}

/// What is searched next, shared by all that search repeatedly.
pub struct Search {
    /// The text.
    pub subject: Subject,
    /// Clipped bounds.
    pub pos: usize,
    /// Clipped bounds.
    pub endpos: usize,
    /// The matcher.
    pub state: State,
    start: usize,
    must_advance: bool,
}

impl Search {
    /// The next match from where the last one ended; false at the end.
    pub fn next(&mut self, vm: &Vm, pattern: &PyPattern, anchored: bool) -> PyResult<bool> {
        if self.start > self.endpos {
            return Ok(false);
        }
        let not_empty_at = if self.must_advance {
            Some(self.start)
        } else {
            None
        };
        let text = self.subject.text().slice(0, self.endpos);
        let found = with_units!(text, |units| {
            let request = Request {
                program: &pattern.program,
                text: units,
                match_all: false,
                not_empty_at,
            };
            if anchored {
                self.state.match_at(vm, &request, self.start)
            } else {
                self.state.search(vm, &request, self.start)
            }
        })?;
        if found {
            self.must_advance = self.state.end == self.state.start;
            self.start = self.state.end;
        } else {
            self.start = self.endpos + 1;
        }
        Ok(found)
    }
}

impl PyPattern {
    pub(super) fn compile(
        vm: &Vm,
        pattern: &Value,
        flags: i32,
        code: &Value,
        groups: isize,
        groupindex: &Value,
        indexgroup: &Value,
    ) -> PyResult<PyRef<PyPattern>> {
        let Some(list) = code.downcast_ref::<PyList>() else {
            return Err(vm.type_error(format!(
                "compile() argument 'code' must be list, not {}",
                code.class(vm).tp_name()
            )));
        };
        let mut words = Vec::with_capacity(list.len());
        for word in list.to_vec() {
            match u32::try_from(convert_int::to_u64(vm, &word)?) {
                Ok(word) => words.push(word),
                Err(_) => {
                    return Err(vm.overflow_error("regular expression code size limit exceeded"));
                }
            }
        }
        let is_bytes = if pattern.is_none() {
            None
        } else {
            Some(Subject::of(vm, pattern)?.is_bytes())
        };
        let groups = usize::try_from(groups).unwrap_or(usize::MAX);
        let fields = Fields {
            pattern: pattern.clone(),
            is_bytes,
            flags,
            groups,
            groupindex: groupindex.clone(),
            indexgroup: indexgroup.clone(),
        };
        PyPattern::from_words(vm, fields, words)
    }

    /// A pattern with its words, which are checked.
    pub(super) fn from_words(
        vm: &Vm,
        fields: Fields,
        words: Vec<u32>,
    ) -> PyResult<PyRef<PyPattern>> {
        let groups = fields.groups;
        let program = if groups > words.len() {
            None
        } else {
            translate(&words, groups)
        };
        let Some(program) = program else {
            return Err(vm.runtime_error("invalid SRE code"));
        };
        Ok(PyRef::new(
            vm,
            PyPattern {
                pattern: fields.pattern,
                flags: fields.flags,
                groups,
                groupindex: fields.groupindex,
                indexgroup: fields.indexgroup,
                is_bytes: fields.is_bytes,
                code: words,
                program,
            },
        ))
    }

    /// A search in a text.
    pub(super) fn begin(
        &self,
        vm: &Vm,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Search> {
        let subject = Subject::of(vm, string)?;
        match (subject.is_bytes(), self.is_bytes) {
            (true, Some(false)) => {
                return Err(vm.type_error("cannot use a string pattern on a bytes-like object"));
            }
            (false, Some(true)) => {
                return Err(vm.type_error("cannot use a bytes pattern on a string-like object"));
            }
            _ => {}
        }
        let len = subject.text().len();
        let clip = |index: isize| usize::try_from(index).unwrap_or(0).min(len);
        let (pos, endpos) = (clip(pos), clip(endpos));
        Ok(Search {
            subject,
            pos,
            endpos,
            state: State::new(self.groups),
            start: pos,
            must_advance: false,
        })
    }

    fn once(&self, vm: &Vm, search: &mut Search, match_all: bool) -> PyResult<bool> {
        if search.start > search.endpos {
            return Ok(false);
        }
        let text = search.subject.text().slice(0, search.endpos);
        with_units!(text, |units| {
            let request = Request {
                program: &self.program,
                text: units,
                match_all,
                not_empty_at: None,
            };
            search.state.match_at(vm, &request, search.start)
        })
    }
}

/// The text of a group in a search, or `None`'s stand-in.
fn group_text(vm: &Vm, search: &Search, group: usize, empty: bool) -> Value {
    let marks = &search.state.marks;
    let (start, end) = (marks[2 * group], marks[2 * group + 1]);
    if start == super::engine::UNSET || end == super::engine::UNSET || end < start {
        return if empty {
            search.subject.slice(vm, 0, 0)
        } else {
            Value::None
        };
    }
    search.subject.slice(vm, start, end)
}

fn flags_text(pattern: &PyPattern) -> String {
    const NAMES: &[(i32, &str)] = &[
        (1, "re.TEMPLATE"),
        (2, "re.IGNORECASE"),
        (4, "re.LOCALE"),
        (8, "re.MULTILINE"),
        (16, "re.DOTALL"),
        (32, "re.UNICODE"),
        (64, "re.VERBOSE"),
        (128, "re.DEBUG"),
        (256, "re.ASCII"),
    ];
    let mut flags = pattern.flags;
    // The default of str patterns is not shown.
    if pattern.is_bytes == Some(false) && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut names = Vec::new();
    for &(flag, name) in NAMES {
        if flags & flag != 0 {
            names.push(name.to_string());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    names.join("|")
}

#[pymethods]
impl PyPattern {
    /// Matches zero or more characters at the beginning of the string.
    #[pymethod(
        sig = "match($self, /, string, pos=0, endpos=sys.maxsize)",
        name = "match"
    )]
    fn match_(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Option<PyRef<PyMatch>>> {
        let mut search = zelf.begin(vm, string, pos, endpos)?;
        let found = zelf.once(vm, &mut search, false)?;
        Ok(found.then(|| PyMatch::of(vm, zelf, &search)))
    }

    /// Matches against all of the string.
    #[pymethod(sig = "fullmatch($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Option<PyRef<PyMatch>>> {
        let mut search = zelf.begin(vm, string, pos, endpos)?;
        let found = zelf.once(vm, &mut search, true)?;
        Ok(found.then(|| PyMatch::of(vm, zelf, &search)))
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    #[pymethod(sig = "search($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Option<PyRef<PyMatch>>> {
        let mut search = zelf.begin(vm, string, pos, endpos)?;
        let found = search.next(vm, zelf, false)?;
        Ok(found.then(|| PyMatch::of(vm, zelf, &search)))
    }

    /// Return a list of all matches of pattern in string that do not overlap.
    #[pymethod(sig = "findall($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        let mut search = zelf.begin(vm, string, pos, endpos)?;
        let mut found = Vec::new();
        while search.next(vm, zelf, false)? {
            found.push(match zelf.groups {
                0 => search
                    .subject
                    .slice(vm, search.state.start, search.state.end),
                1 => group_text(vm, &search, 0, true),
                groups => vm.new_tuple(
                    (0..groups)
                        .map(|group| group_text(vm, &search, group, true))
                        .collect(),
                ),
            });
        }
        Ok(vm.new_list(found))
    }

    /// Return an iterator over all matches of the pattern in string that do not overlap.
    #[pymethod(sig = "finditer($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Value> {
        let scanner = PyScanner::new(vm, zelf, string, pos, endpos)?.into_value();
        let search = attr::get(vm, &scanner, &vm.intern_str("search"))?;
        Ok(vm::types::calliter::PyCallIter::new(vm, search, Value::None).into_value())
    }

    #[pymethod(sig = "scanner($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<PyRef<PyScanner>> {
        PyScanner::new(vm, zelf, string, pos, endpos)
    }

    /// Split string by the occurrences of pattern.
    #[pymethod(sig = "split($self, /, string, maxsplit=0)")]
    fn split(vm: &Vm, zelf: &Py<PyPattern>, string: &Value, maxsplit: isize) -> PyResult<Value> {
        let mut search = zelf.begin(vm, string, 0, isize::MAX)?;
        let (mut parts, mut last, mut count) = (Vec::new(), 0, 0);
        while (maxsplit == 0 || count < maxsplit) && search.next(vm, zelf, false)? {
            parts.push(search.subject.slice(vm, last, search.state.start));
            parts.extend((0..zelf.groups).map(|group| group_text(vm, &search, group, false)));
            last = search.state.end;
            count += 1;
        }
        parts.push(search.subject.slice(vm, last, search.endpos));
        Ok(vm.new_list(parts))
    }

    #[pymethod(sig = "__copy__($self, /)")]
    fn __copy__(zelf: &Py<PyPattern>) -> Value {
        zelf.to_value()
    }

    #[pymethod(sig = "__deepcopy__($self, memo, /)")]
    fn __deepcopy__(zelf: &Py<PyPattern>, _memo: &Value) -> Value {
        zelf.to_value()
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__(item, /)", no_text_signature)]
    fn __class_getitem__(vm: &Vm, class: &Py<vm::object::PyType>, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, class.to_value(), item.clone())?.into_value())
    }
}

/// Whether a template stands for itself.
fn is_literal(vm: &Vm, template: &Value) -> bool {
    match Subject::of(vm, template) {
        Ok(subject) => match subject.text() {
            TextRef::Latin1(units) => !units.contains(&b'\\'),
            text => text.chars().all(|c| c != 92),
        },
        Err(_) => false,
    }
}

/// `sub` and `subn`: the new text and the number of replacements.
fn replaced(
    vm: &Vm,
    zelf: &Py<PyPattern>,
    template: &Value,
    string: &Value,
    limit: isize,
) -> PyResult<(Value, usize)> {
    let (filter, callable) = if call::is_callable(vm, template) {
        (template.clone(), true)
    } else if is_literal(vm, template) {
        (template.clone(), false)
    } else {
        let filter = call_re(vm, "_subx", &[zelf.to_value(), template.clone()])?;
        let callable = call::is_callable(vm, &filter);
        (filter, callable)
    };
    let mut search = zelf.begin(vm, string, 0, isize::MAX)?;
    let (mut parts, mut last, mut count) = (Vec::new(), 0, 0);
    while (limit == 0 || (count as isize) < limit) && search.next(vm, zelf, false)? {
        let (start, end) = (search.state.start, search.state.end);
        if last < start {
            parts.push(search.subject.slice(vm, last, start));
        }
        let item = if callable {
            let found = PyMatch::of(vm, zelf, &search).into_value();
            call::call1(vm, &filter, &found)?
        } else {
            filter.clone()
        };
        if !item.is_none() {
            parts.push(item);
        }
        last = end;
        count += 1;
    }
    if last < search.endpos {
        parts.push(search.subject.slice(vm, last, search.endpos));
    }
    let result = join(vm, &search.subject, parts)?;
    Ok((result, count))
}

fn join(vm: &Vm, subject: &Subject, parts: Vec<Value>) -> PyResult<Value> {
    let empty = subject.slice(vm, 0, 0);
    if let Some(separator) = empty.downcast_ref::<PyStr>() {
        if let [part] = &parts[..]
            && part.downcast_exact::<PyStr>(vm).is_some()
        {
            return Ok(part.clone());
        }
        return vm::types::str::split::join(vm, separator, &vm.new_list(parts))
            .map(PyRef::into_value);
    }
    let bytes = PyBytes::new(vm, &[]).into_value();
    attr::call_method(vm, &bytes, &vm.intern_str("join"), &[vm.new_list(parts)])
}

#[pymethods(table = REPLACING)]
impl PyPattern {
    /// Return the string obtained by replacing the leftmost matches that do not overlap.
    #[pymethod(sig = "sub($self, /, repl, string, count=0)")]
    fn sub(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        repl: &Value,
        string: &Value,
        count: isize,
    ) -> PyResult<Value> {
        Ok(replaced(vm, zelf, repl, string, count)?.0)
    }

    /// Return the tuple (new_string, number_of_subs_made).
    #[pymethod(sig = "subn($self, /, repl, string, count=0)")]
    fn subn(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        repl: &Value,
        string: &Value,
        count: isize,
    ) -> PyResult<(Value, usize)> {
        replaced(vm, zelf, repl, string, count)
    }
}

#[pymethods(table = SLOTS)]
impl PyPattern {
    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyPattern>) -> PyResult<PyRef<PyStr>> {
        let shown = repr::repr(vm, &zelf.pattern)?;
        let shown = PyStr::substring(vm, &shown, 0, shown.len().min(200));
        let flags = flags_text(zelf);
        let tail = if flags.is_empty() {
            ")".to_string()
        } else {
            format!(", {flags})")
        };
        let (head, tail) = (PyStr::new(vm, "re.compile("), PyStr::new(vm, &tail));
        Ok(PyStr::join_all(vm, [&*head, &*shown, &*tail].into_iter()))
    }

    #[pyslot(name = "hash")]
    fn slot_hash(vm: &Vm, zelf: &Py<PyPattern>) -> PyResult<i64> {
        let code: Vec<u8> = zelf
            .code
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let hash = vm.hash(&zelf.pattern)? ^ vm.hash_secret.hash_bytes(&code);
        let hash = hash
            ^ i64::from(zelf.flags)
            ^ zelf.groups as i64
            ^ i64::from(zelf.is_bytes == Some(true));
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[pyslot]
    fn richcompare(
        vm: &Vm,
        zelf: &Py<PyPattern>,
        other: &Py<PyPattern>,
        op: CompareOp,
    ) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let same = zelf.is(other)
            || zelf.flags == other.flags
                && zelf.is_bytes == other.is_bytes
                && zelf.code == other.code
                && compare::eq(vm, &zelf.pattern, &other.pattern)?;
        Ok(Value::bool(same == (op == CompareOp::Eq)))
    }

    /// The pattern string from which the RE object was compiled.
    #[pymember]
    fn pattern(&self) -> Value {
        self.pattern.clone()
    }

    /// The regex matching flags.
    #[pymember]
    fn flags(&self) -> i32 {
        self.flags
    }

    /// The number of capturing groups in the pattern.
    #[pymember]
    fn groups(&self) -> usize {
        self.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[pygetset]
    fn groupindex(vm: &Vm, zelf: &Py<PyPattern>) -> PyResult<Value> {
        match zelf.groupindex.downcast_ref::<PyDict>() {
            Some(dict) => Ok(mappingproxy::of_dict(vm, dict)),
            None => mappingproxy::new(vm, zelf.groupindex.clone()),
        }
    }
}
