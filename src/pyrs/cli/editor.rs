//! Editing lines on a terminal: history, cursor keys, searching. It stands behind the interactive prompt and `input()`.
//!
//! The editor lives on a thread of its own, so that the interpreter's can wait without its lock.
//!
//! CPython 3.11: `Modules/readline.c`.

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Helper};
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, Sender, channel};
use vm::modules::console::{Answer, LineEditor, Question};

/// The interpreter's end of the conversation with the editor's thread.
struct Conversation {
    questions: Sender<Question>,
    answers: Receiver<Answer>,
}

/// The editor's end, which asks for completions.
struct Asked {
    questions: Receiver<Question>,
    answers: Sender<Answer>,
}

impl Completer for Asked {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        place: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let line = line.to_owned();
        if self.answers.send(Answer::Complete { line, place }).is_err() {
            return Ok((place, Vec::new()));
        }
        match self.questions.recv() {
            Ok(Question::Candidates { start, texts }) => Ok((start, texts)),
            _ => Ok((place, Vec::new())),
        }
    }
}

impl Hinter for Asked {
    type Hint = String;
}

impl Highlighter for Asked {}

impl Validator for Asked {}

impl Helper for Asked {}

/// The editor as the interpreter sees it; its thread starts with the first line.
#[derive(Default)]
struct Editor(Option<Conversation>);

impl LineEditor for Editor {
    fn ask(&mut self, question: Question) -> Answer {
        if self.0.is_none() {
            self.0 = start();
        }
        let Some(conversation) = &self.0 else {
            return Answer::End;
        };
        if conversation.questions.send(question).is_err() {
            return Answer::End;
        }
        conversation.answers.recv().unwrap_or(Answer::End)
    }
}

fn start() -> Option<Conversation> {
    let (questions, asked) = channel();
    let (given, answers) = channel();
    let asked = Asked {
        questions: asked,
        answers: given,
    };
    std::thread::Builder::new()
        .name(String::from("line editor"))
        .spawn(move || edit_lines(asked))
        .ok()?;
    Some(Conversation { questions, answers })
}

/// An editor, when standard input and output are a terminal that can be edited on.
pub fn for_terminal() -> Option<Box<dyn LineEditor>> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return None;
    }
    if std::env::var_os("TERM").is_none_or(|kind| kind == "dumb") {
        return None;
    }
    Some(Box::new(Editor::default()))
}

fn edit_lines(asked: Asked) {
    let builder = match Config::builder().max_history_size(100_000) {
        Ok(builder) => builder,
        Err(_) => Config::builder(),
    };
    let config = builder
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .build();
    let Ok(mut editor) = rustyline::Editor::<Asked, DefaultHistory>::with_config(config) else {
        return;
    };
    editor.set_helper(Some(asked));
    while let Some(question) = editor
        .helper()
        .and_then(|asked| asked.questions.recv().ok())
    {
        let Question::Line { prompt, history } = question else {
            continue;
        };
        if let Some(lines) = history {
            // What cannot be remembered is not offered.
            let _ = editor.clear_history();
            for line in lines {
                let _ = editor.add_history_entry(line);
            }
        }
        let answer = match editor.readline(&prompt) {
            Ok(line) => Answer::Line(line),
            Err(ReadlineError::Interrupted) => Answer::Interrupted,
            Err(_) => Answer::End,
        };
        let sent = editor
            .helper()
            .is_some_and(|asked| asked.answers.send(answer).is_ok());
        if !sent {
            return;
        }
    }
}
