//! Reading lines from the user: with an editor on a terminal, else from the process's standard input with the prompt on standard error.
//!
//! The editor is handed in by whoever has one (the `pyrs` command); an embedded interpreter has none. History and completion, which
//! `readline` shows to programs, are kept here, and told to the editor with each line it is asked for.
//!
//! CPython 3.11: `PyOS_Readline` in `Parser/myreadline.c`.

use crate::context::errors::ExcKind;
use crate::context::host::errno;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::call;
use crate::types::str::value::PyStr;
use std::cell::{Cell, RefCell};

/// What is asked of an editor.
pub enum Question {
    /// A line; with the earlier lines, when they are not those that the editor knows.
    Line {
        /// What stands in front of it.
        prompt: String,
        /// Earlier lines, the oldest first.
        history: Option<Vec<String>>,
    },
    /// Goes on with the line for which a completion was wanted.
    Candidates {
        /// Where in the line that begins which these would replace, in bytes.
        start: usize,
        /// What may stand there.
        texts: Vec<String>,
    },
}

/// What came of asking.
pub enum Answer {
    /// A line, without its end.
    Line(String),
    /// The user wants what he has typed to be completed.
    Complete {
        /// The line so far.
        line: String,
        /// Where he is in it, in bytes.
        place: usize,
    },
    /// The end of the input.
    End,
    /// Ctrl-C.
    Interrupted,
}

/// Something that lets the user edit a line.
pub trait LineEditor: Send {
    /// Shows the prompt and waits for a line, or for the wish to complete one.
    fn ask(&mut self, question: Question) -> Answer;
}

/// The characters between words, for completion.
pub const DELIMITERS: &str = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?";

/// The word that is being completed.
#[derive(Clone, Default)]
pub struct Completion {
    /// The whole line.
    pub line: String,
    /// Where the word begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Where lines come from.
#[derive(Default)]
pub struct Console {
    editor: RefCell<Option<Box<dyn LineEditor>>>,
    /// What was read from standard input and is not used yet.
    pending: RefCell<Vec<u8>>,
    /// Earlier lines, the oldest first.
    pub history: RefCell<Vec<String>>,
    /// The editor knows other ones.
    pub history_changed: Cell<bool>,
    /// Lines that are read do not become part of the history.
    pub no_auto_history: Cell<bool>,
    /// The function that completes words.
    pub completer: RefCell<Option<Value>>,
    /// The characters between words, when a program has changed them.
    pub delimiters: RefCell<Option<String>>,
    /// What is being completed.
    pub completion: RefCell<Completion>,
    /// What the completer wants to stand at the cursor.
    pub inserted: RefCell<String>,
}

/// Sets the editor for the lines of a terminal.
pub fn set_editor(vm: &Vm, editor: Box<dyn LineEditor>) {
    vm.state.get::<Console>().editor.replace(Some(editor));
}

/// Whether there is an editor: standard input and output are a terminal then.
pub fn has_editor(vm: &Vm) -> bool {
    let editor = &vm.state.get::<Console>().editor;
    editor.try_borrow().is_ok_and(|editor| editor.is_some())
}

/// A line with its end, or nothing at the end of the input.
///
/// # Errors
/// KeyboardInterrupt, and what reading raises.
pub fn read_line(vm: &Vm, prompt: &str) -> PyResult<Option<Vec<u8>>> {
    let console = vm.state.get::<Console>();
    // Taken out while it works: what a signal's handler runs may ask for a line too.
    let editor = console.editor.take();
    let Some(mut editor) = editor else {
        return read_plain(vm, &console, prompt);
    };
    let changed = console.history_changed.replace(false);
    let mut question = Question::Line {
        prompt: prompt.to_owned(),
        history: changed.then(|| console.history.borrow().clone()),
    };
    let (editor, answer) = loop {
        let (back, answer) = vm.allow_threads(move || {
            let answer = editor.ask(question);
            (editor, answer)
        });
        editor = back;
        match answer {
            Answer::Complete { line, place } => {
                let (start, texts) = candidates(vm, &console, line, place);
                question = Question::Candidates { start, texts };
            }
            answer => break (editor, answer),
        }
    };
    console.editor.replace(Some(editor));
    (vm.hooks.handle_signals.get())(vm)?;
    match answer {
        Answer::Line(line) => {
            remember(&console, &line);
            Ok(Some(format!("{line}\n").into_bytes()))
        }
        Answer::Interrupted => Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL)),
        _ => Ok(None),
    }
}

/// Adds a line to the history, unless it is the last one there.
fn remember(console: &Console, line: &str) {
    let mut history = console.history.borrow_mut();
    let is_new = history.last().is_none_or(|last| last != line);
    if !line.is_empty() && is_new && !console.no_auto_history.get() {
        history.push(line.to_owned());
        console.history_changed.set(true);
    }
}

/// What may stand for the word in front of the cursor, and where that begins: what the completer says, a tab where there is none.
fn candidates(vm: &Vm, console: &Console, line: String, place: usize) -> (usize, Vec<String>) {
    let head = line.get(..place).unwrap_or(&line);
    let delimiters = console.delimiters.borrow().clone();
    let delimiters = delimiters.as_deref().unwrap_or(DELIMITERS);
    let start = head.rfind(|c| delimiters.contains(c));
    let start = start.map_or(0, |place| {
        place + head[place..].chars().next().map_or(1, char::len_utf8)
    });
    let word = vm.new_str(&head[start..]);
    console.completion.replace(Completion {
        end: head.len(),
        start,
        line,
    });
    let Some(completer) = console.completer.borrow().clone() else {
        return (place, vec![String::from("\t")]);
    };
    let mut texts = Vec::new();
    console.inserted.take();
    // A completer that never ends would be the user's; a list this long is no help.
    for state in 0..10_000 {
        // Errors of completers are not shown, as with GNU readline.
        let Ok(found) = call::call_args(vm, &completer, &[word.clone(), vm.new_int(state)]) else {
            break;
        };
        let Some(text) = found.downcast_ref::<PyStr>() else {
            break;
        };
        texts.push(text.to_string_lossy().into_owned());
    }
    let inserted = console.inserted.take();
    if !inserted.is_empty() {
        return (place, vec![inserted]);
    }
    (start, texts)
}

fn read_plain(vm: &Vm, console: &Console, prompt: &str) -> PyResult<Option<Vec<u8>>> {
    write_stderr(vm, prompt.as_bytes());
    loop {
        let mut pending = console.pending.borrow_mut();
        if let Some(end) = memchr::memchr(b'\n', &pending) {
            return Ok(Some(pending.drain(..=end).collect()));
        }
        drop(pending);
        let mut buffer = [0_u8; 4096];
        match vm.blocking(|host| host.read(0, &mut buffer)) {
            Ok(0) => {
                // A last line without an end counts; the end itself is noticed by the next call.
                let rest = console.pending.take();
                if rest.is_empty() {
                    write_stderr(vm, b"\n");
                    return Ok(None);
                }
                return Ok(Some(rest));
            }
            Ok(count) => console
                .pending
                .borrow_mut()
                .extend_from_slice(buffer.get(..count).unwrap_or(&[])),
            Err(errno::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
            Err(_) => return Ok(None),
        }
    }
}

fn write_stderr(vm: &Vm, text: &[u8]) {
    let _ = vm.host().write(2, text);
}
