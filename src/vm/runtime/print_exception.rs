//! Exceptions as text: tracebacks with carets, chains, groups, notes, suggestions.
//!
//! The text is put together first and written in one piece; what fails on the way is left out, as nothing can be reported any more.
//!
//! CPython 3.11: `_PyErr_Display`, `print_exception_recursive` in `Python/pythonrun.c`.

pub mod carets;
pub mod hook;
pub mod out;
pub mod source;
pub mod suggest;
pub mod syntax;
pub mod trace;

pub use hook::{print_uncaught, system_exit_code};

use crate::context::Vm;
use crate::object::{PyRef, PyType, Value};
use crate::protocol::{attr, repr, sequence};
use crate::types::exceptions::value::{PyBaseException, PyExceptionGroup};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use out::Out;
use std::collections::HashSet;

const CAUSE_MESSAGE: &str =
    "The above exception was the direct cause of the following exception:\n";
const CONTEXT_MESSAGE: &str =
    "During handling of the above exception, another exception occurred:\n";
const GROUP_WIDTH_MAX: usize = 15;
const GROUP_DEPTH_MAX: usize = 10;

/// Writes an exception to `sys.stderr` (`PyErr_Display`).
pub fn display(vm: &Vm, exception: &Value) {
    let text = render(vm, exception);
    match crate::modules::sys::get(vm, "stderr") {
        Some(stderr) if stderr.is_none() => {}
        Some(stderr) => {
            if crate::modules::builtins::print::write_to(vm, &stderr, &text.into_value()).is_err() {
                out::write_raw(b"lost sys.stderr\n");
            }
            let _ = crate::modules::builtins::print::flush(vm, &stderr);
        }
        None => {
            out::write_raw(&super::paths::encode(&text));
            out::write_raw(b"lost sys.stderr\n");
        }
    }
}

/// The text `display` writes.
pub fn render(vm: &Vm, exception: &Value) -> PyRef<PyStr> {
    let mut printer = Printer {
        vm,
        out: Out::default(),
        seen: HashSet::new(),
        depth: 0,
        need_close: false,
    };
    printer.print_recursive(exception);
    printer.out.finish(vm)
}

/// What is being printed.
struct Printer<'a> {
    vm: &'a Vm,
    out: Out,
    /// Exceptions printed or being printed, against cycles.
    seen: HashSet<u64>,
    /// How deep in groups.
    depth: usize,
    /// The closing line of the innermost group is still to come.
    need_close: bool,
}

impl Printer<'_> {
    fn indent(&self) -> usize {
        2 * self.depth
    }

    fn margin(&self) -> &'static str {
        if self.depth > 0 { "| " } else { "" }
    }

    fn start_line(&mut self) {
        let (indent, margin) = (self.indent(), self.margin());
        self.out.indent(indent);
        self.out.text(margin);
    }

    fn print_recursive(&mut self, value: &Value) {
        self.print_chain(value);
        match value.downcast_ref::<PyExceptionGroup>() {
            Some(_) => self.print_group(value),
            None => self.print_one(value),
        }
    }

    /// The exceptions that led to this one, oldest first.
    fn print_chain(&mut self, value: &Value) {
        self.seen.insert(value.bits());
        // The chain is walked to its beginning first, because it may be longer than the native stack.
        let mut links: Vec<(Value, &'static str)> = Vec::new();
        let mut place = value.clone();
        while let Some(exception) = place.downcast_ref::<PyBaseException>() {
            let (cause, context) = (exception.cause.get(), exception.context.get());
            let (next, message) = match (cause, context) {
                (Some(cause), _) => (cause, CAUSE_MESSAGE),
                (None, Some(context)) if !exception.suppress_context.get() => {
                    (context, CONTEXT_MESSAGE)
                }
                _ => break,
            };
            if !self.seen.insert(next.bits()) {
                break;
            }
            links.push((next.clone(), message));
            place = next;
        }
        let need_close = self.need_close;
        self.need_close = false;
        for (exception, message) in links.into_iter().rev() {
            match exception.downcast_ref::<PyExceptionGroup>() {
                Some(_) => self.print_group(&exception),
                None => self.print_one(&exception),
            }
            self.start_line();
            self.out.text("\n");
            self.start_line();
            self.out.text(message);
            self.start_line();
            self.out.text("\n");
        }
        self.need_close = need_close;
    }

    fn print_one(&mut self, value: &Value) {
        let vm = self.vm;
        let Some(exception) = value.downcast_ref::<PyBaseException>() else {
            let indent = self.indent();
            self.out.indent(indent);
            self.out
                .text("TypeError: print_exception(): Exception expected for value, ");
            self.out.text(&value.class(vm).tp_name());
            self.out.text(" found\n");
            return;
        };
        if let Some(traceback) = exception.traceback.get() {
            self.print_traceback(value, &traceback);
        }
        let class = exception.object().class().to_ref();
        let message = self.print_place(value);
        self.print_message(&class, message.as_ref().unwrap_or(value));
        if message.is_none()
            && let Some(suggestion) = suggest::suggestion_for(vm, value)
        {
            self.out.text(". Did you mean: '");
            self.out.string(&suggestion);
            self.out.text("'?");
        }
        self.out.text("\n");
        self.print_notes(value);
    }

    fn print_traceback(&mut self, value: &Value, traceback: &Value) {
        if trace::limit(self.vm) <= 0 {
            return;
        }
        let is_group = value.downcast_ref::<PyExceptionGroup>().is_some();
        let header = if is_group {
            "Exception Group Traceback (most recent call last):\n"
        } else {
            "Traceback (most recent call last):\n"
        };
        let header_margin = if is_group && self.depth == 1 {
            "+ "
        } else {
            self.margin()
        };
        let (indent, margin) = (self.indent(), self.margin());
        let mut frames = Out::default();
        trace::print(self.vm, &mut frames, traceback, indent, margin);
        self.out.indent(indent);
        self.out.text(header_margin);
        self.out.text(header);
        self.out.append(frames);
    }

    /// The place of a SyntaxError; what is to be shown as its message then.
    fn print_place(&mut self, value: &Value) -> Option<Value> {
        let vm = self.vm;
        attr::get_opt(vm, value, &vm.names.print_file_and_line).ok()??;
        let place = syntax::Place::of(vm, value).ok()?;
        self.start_line();
        place.print(vm, &mut self.out);
        Some(place.message)
    }

    fn print_message(&mut self, class: &PyRef<PyType>, value: &Value) {
        let vm = self.vm;
        self.start_line();
        let module = attr::get(vm, &class.as_value(), &vm.names.__module__);
        match module
            .as_ref()
            .ok()
            .and_then(|module| module.downcast_ref::<PyStr>())
        {
            None => self.out.text("<unknown>."),
            Some(module) if module.equals_str("builtins") || module.equals_str("__main__") => {}
            Some(module) => {
                self.out.string(module);
                self.out.text(".");
            }
        }
        match attr::get(vm, &class.as_value(), &vm.names.__qualname__) {
            Ok(name) if name.downcast_ref::<PyStr>().is_some() => self.out.value(&name),
            _ => self.out.text("<unknown>"),
        }
        if value.is_none() {
            return;
        }
        match repr::str(vm, value) {
            Err(_) => self.out.text(": <exception str() failed>"),
            Ok(text) if text.len() == 0 => {}
            Ok(text) => {
                self.out.text(": ");
                self.out.string(&text);
            }
        }
    }

    fn print_notes(&mut self, value: &Value) {
        let vm = self.vm;
        let Ok(Some(notes)) = attr::get_opt(vm, value, &vm.names.__notes__) else {
            return;
        };
        if !sequence::is_sequence(vm, &notes) {
            self.start_line();
            match repr::repr(vm, &notes) {
                Ok(text) => self.out.string(&text),
                Err(_) => self.out.text("<__notes__ repr() failed>"),
            }
            return;
        }
        let count = sequence::len(vm, &notes).unwrap_or(0);
        for index in 0..count {
            let Ok(note) = sequence::get_item(vm, &notes, index as isize) else {
                return;
            };
            match repr::str(vm, &note) {
                Err(_) => self.out.text("<note str() failed>"),
                Ok(text) => self.print_note(&text),
            }
            self.out.text("\n");
        }
    }

    fn print_note(&mut self, text: &PyRef<PyStr>) {
        let chars: Vec<u32> = text.chars().collect();
        for line in out::split_lines(&chars) {
            self.start_line();
            self.out.chars(line);
        }
    }

    fn print_group(&mut self, value: &Value) {
        if self.depth > GROUP_DEPTH_MAX {
            self.start_line();
            self.out
                .text(&format!("... (max_group_depth is {GROUP_DEPTH_MAX})\n"));
            return;
        }
        if self.depth == 0 {
            self.depth = 1;
        }
        self.print_one(value);
        let members = value
            .downcast_ref::<PyExceptionGroup>()
            .and_then(|group| group.exceptions.get())
            .and_then(|members| members.downcast::<PyTuple>().ok())
            .unwrap_or_else(|| self.vm.empty_tuple());
        let shown = if members.len() <= GROUP_WIDTH_MAX {
            members.len()
        } else {
            GROUP_WIDTH_MAX + 1
        };
        self.need_close = false;
        for index in 0..shown {
            let last = index + 1 == shown;
            if last {
                self.need_close = true;
            }
            let indent = self.indent();
            self.out.indent(indent);
            let lead = if index == 0 { "+-" } else { "  " };
            let truncated = index >= GROUP_WIDTH_MAX;
            let number = if truncated {
                String::from("...")
            } else {
                (index + 1).to_string()
            };
            self.out.text(&format!(
                "{lead}+---------------- {number} ----------------\n"
            ));
            self.depth += 1;
            if truncated {
                let rest = members.len() - GROUP_WIDTH_MAX;
                self.start_line();
                self.out.text(&format!(
                    "and {rest} more exception{}\n",
                    if rest > 1 { "s" } else { "" }
                ));
            } else {
                let guard = self.vm.enter_recursive(" in print_exception_group");
                if guard.is_ok() {
                    self.print_recursive(&members.as_slice()[index]);
                }
            }
            if last && self.need_close {
                let indent = self.indent();
                self.out.indent(indent);
                self.out.text("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if self.depth == 1 {
            self.depth = 0;
        }
    }
}
