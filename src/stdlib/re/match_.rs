//! `re.Match`.
//!
//! CPython 3.11: `Modules/_sre/sre.c`.

use super::engine::UNSET;
use super::pattern::{PyPattern, Search};
use super::subject::Subject;
use super::{call_re, tuple_items};
use derive::{Traverse, pymethods, pytype};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, PyRef, PyType, Value};
use vm::protocol::{number, repr};
use vm::types::dict::value::PyDict;
use vm::types::generic_alias::PyGenericAlias;
use vm::types::str::value::PyStr;

/// Payload of `re.Match`.
#[derive(Traverse)]
#[pytype(
    name = "re.Match",
    flags(GC, DISALLOW_INSTANTIATION),
    doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    tables(TABLE, ATTRIBUTES)
)]
pub struct PyMatch {
    pattern: PyRef<PyPattern>,
    subject: Subject,
    /// Start and end of each group, the whole match first.
    #[pytraverse(skip)]
    marks: Vec<usize>,
    #[pytraverse(skip)]
    pos: usize,
    #[pytraverse(skip)]
    endpos: usize,
    #[pytraverse(skip)]
    last_index: usize,
}

#[cold]
fn no_such_group(vm: &Vm) -> PyErr {
    vm.index_error("no such group")
}

impl PyMatch {
    /// The match a search has found.
    pub(super) fn of(vm: &Vm, pattern: &Py<PyPattern>, search: &Search) -> PyRef<PyMatch> {
        let state = &search.state;
        let mut marks = Vec::with_capacity(state.marks.len() + 2);
        marks.extend([state.start, state.end]);
        for pair in state.marks.chunks(2) {
            match pair {
                [start, end] if *start != UNSET && *end != UNSET && start <= end => {
                    marks.extend([*start, *end])
                }
                _ => marks.extend([UNSET, UNSET]),
            }
        }
        PyRef::new(
            vm,
            PyMatch {
                pattern: pattern.to_ref(),
                subject: search.subject.clone(),
                marks,
                pos: search.pos,
                endpos: search.endpos,
                last_index: state.last_index,
            },
        )
    }

    fn index(&self, vm: &Vm, group: &Value) -> PyResult<usize> {
        let index = if number::is_index(vm, group) {
            let index = number::to_index_isize(vm, group, ExcKind::IndexError);
            usize::try_from(index.map_err(|_| no_such_group(vm))?).ok()
        } else {
            let found = match self.pattern.groupindex.downcast_ref::<PyDict>() {
                Some(dict) => dict.get(vm, group).unwrap_or(None),
                None => None,
            };
            found
                .and_then(|index| index.as_int()?.to_i64())
                .and_then(|index| usize::try_from(index).ok())
        };
        index
            .filter(|index| *index <= self.pattern.groups)
            .ok_or_else(|| no_such_group(vm))
    }

    fn span_of(&self, group: usize) -> (i64, i64) {
        let place = |mark: usize| if mark == UNSET { -1 } else { mark as i64 };
        (
            place(self.marks[2 * group]),
            place(self.marks[2 * group + 1]),
        )
    }

    fn text(&self, vm: &Vm, group: usize, default: &Value) -> Value {
        let (start, end) = (self.marks[2 * group], self.marks[2 * group + 1]);
        if start == UNSET {
            default.clone()
        } else {
            self.subject.slice(vm, start, end)
        }
    }

    fn group_of(&self, vm: &Vm, group: &Value) -> PyResult<Value> {
        Ok(self.text(vm, self.index(vm, group)?, &Value::None))
    }

    fn index_or_whole(&self, vm: &Vm, group: Option<&Value>) -> PyResult<usize> {
        group.map_or(Ok(0), |group| self.index(vm, group))
    }
}

#[pymethods]
impl PyMatch {
    /// Return subgroups of the match by indices or names; 0 is the entire match.
    #[pymethod(sig = "group(*args)", no_text_signature)]
    fn group(vm: &Vm, zelf: &Py<PyMatch>, args: &[Value]) -> PyResult<Value> {
        match args {
            [] => Ok(zelf.text(vm, 0, &Value::None)),
            [group] => zelf.group_of(vm, group),
            groups => {
                let mut items = Vec::with_capacity(groups.len());
                for group in groups {
                    items.push(zelf.group_of(vm, group)?);
                }
                Ok(vm.new_tuple(items))
            }
        }
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[pymethod(sig = "groups($self, /, default=None)")]
    fn groups(vm: &Vm, zelf: &Py<PyMatch>, default: &Value) -> Value {
        let groups = 1..=zelf.pattern.groups;
        vm.new_tuple(groups.map(|group| zelf.text(vm, group, default)).collect())
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[pymethod(sig = "groupdict($self, /, default=None)")]
    fn groupdict(vm: &Vm, zelf: &Py<PyMatch>, default: &Value) -> PyResult<PyRef<PyDict>> {
        let result = PyDict::new(vm);
        if let Some(names) = zelf.pattern.groupindex.downcast_ref::<PyDict>() {
            for name in names.keys() {
                let text = zelf.text(vm, zelf.index(vm, &name)?, default);
                result.set(vm, name, text)?;
            }
        }
        Ok(result)
    }

    /// Return index of the start of the substring matched by group.
    #[pymethod(sig = "start($self, group=0, /)")]
    fn start(vm: &Vm, zelf: &Py<PyMatch>, group: Option<&Value>) -> PyResult<i64> {
        Ok(zelf.span_of(zelf.index_or_whole(vm, group)?).0)
    }

    /// Return index of the end of the substring matched by group.
    #[pymethod(sig = "end($self, group=0, /)")]
    fn end(vm: &Vm, zelf: &Py<PyMatch>, group: Option<&Value>) -> PyResult<i64> {
        Ok(zelf.span_of(zelf.index_or_whole(vm, group)?).1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[pymethod(sig = "span($self, group=0, /)")]
    fn span(vm: &Vm, zelf: &Py<PyMatch>, group: Option<&Value>) -> PyResult<(i64, i64)> {
        Ok(zelf.span_of(zelf.index_or_whole(vm, group)?))
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[pymethod(sig = "expand($self, /, template)")]
    fn expand(vm: &Vm, zelf: &Py<PyMatch>, template: &Value) -> PyResult<Value> {
        let args = [zelf.pattern.to_value(), zelf.to_value(), template.clone()];
        call_re(vm, "_expand", &args)
    }

    #[pymethod(sig = "__copy__($self, /)")]
    fn __copy__(zelf: &Py<PyMatch>) -> Value {
        zelf.to_value()
    }

    #[pymethod(sig = "__deepcopy__($self, memo, /)")]
    fn __deepcopy__(zelf: &Py<PyMatch>, _memo: &Value) -> Value {
        zelf.to_value()
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__(item, /)", no_text_signature)]
    fn __class_getitem__(vm: &Vm, class: &Py<PyType>, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, class.to_value(), item.clone())?.into_value())
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyMatch>, group: &Value) -> PyResult<Value> {
        zelf.group_of(vm, group)
    }

    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyMatch>) -> PyResult<PyRef<PyStr>> {
        let (start, end) = zelf.span_of(0);
        let text = repr::repr(vm, &zelf.text(vm, 0, &Value::None))?;
        let head = PyStr::new(
            vm,
            &format!("<re.Match object; span=({start}, {end}), match="),
        );
        let tail = PyStr::new(vm, ">");
        Ok(PyStr::join_all(vm, [&*head, &*text, &*tail].into_iter()))
    }
}

#[pymethods(table = ATTRIBUTES)]
impl PyMatch {
    /// The string passed to match() or search().
    #[pymember]
    fn string(&self) -> Value {
        self.subject.value.clone()
    }

    /// The regular expression object.
    #[pymember]
    fn re(&self) -> Value {
        self.pattern.to_value()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[pymember]
    fn pos(&self) -> usize {
        self.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[pymember]
    fn endpos(&self) -> usize {
        self.endpos
    }

    /// The integer index of the last matched capturing group.
    #[pygetset]
    fn lastindex(&self) -> Option<usize> {
        (self.last_index != 0).then_some(self.last_index)
    }

    /// The name of the last matched capturing group.
    #[pygetset]
    fn lastgroup(&self) -> Option<Value> {
        let names = tuple_items(&self.pattern.indexgroup);
        names
            .get(self.last_index)
            .filter(|_| self.last_index != 0)
            .cloned()
    }

    #[pygetset]
    fn regs(vm: &Vm, zelf: &Py<PyMatch>) -> Value {
        let spans = (0..=zelf.pattern.groups).map(|group| {
            let (start, end) = zelf.span_of(group);
            vm.new_tuple(vec![vm.new_int(start), vm.new_int(end)])
        });
        vm.new_tuple(spans.collect())
    }
}
