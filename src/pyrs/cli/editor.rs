//! Editing lines on a terminal: history, cursor keys, searching. It stands behind the interactive prompt and `input()`.
//!
//! The editor lives on a thread of its own, so that the interpreter's can wait without its lock.
//!
//! CPython 3.11: `Modules/readline.c`.

use rustyline::error::ReadlineError;
use rustyline::{Cmd, Config, DefaultEditor, KeyEvent};
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, Sender, channel};
use vm::modules::console::{Answer, LineEditor};

/// The two ends of the conversation with the editor's thread.
struct Conversation {
    prompts: Sender<String>,
    answers: Receiver<Answer>,
}

/// The editor as the interpreter sees it; its thread starts with the first line.
#[derive(Default)]
struct Editor(Option<Conversation>);

impl LineEditor for Editor {
    fn read_line(&mut self, prompt: &str) -> Answer {
        if self.0.is_none() {
            self.0 = start();
        }
        let Some(conversation) = &self.0 else {
            return Answer::End;
        };
        if conversation.prompts.send(prompt.to_owned()).is_err() {
            return Answer::End;
        }
        conversation.answers.recv().unwrap_or(Answer::End)
    }
}

fn start() -> Option<Conversation> {
    let (prompts, wanted) = channel::<String>();
    let (given, answers) = channel();
    std::thread::Builder::new()
        .name(String::from("line editor"))
        .spawn(move || edit_lines(&wanted, &given))
        .ok()?;
    Some(Conversation { prompts, answers })
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

fn edit_lines(wanted: &Receiver<String>, given: &Sender<Answer>) {
    let config = Config::builder().auto_add_history(true).build();
    let Ok(mut editor) = DefaultEditor::with_config(config) else {
        return;
    };
    // A tab is a character of the program.
    editor.bind_sequence(KeyEvent::from('\t'), Cmd::SelfInsert(1, '\t'));
    while let Ok(prompt) = wanted.recv() {
        let answer = match editor.readline(&prompt) {
            Ok(line) => Answer::Line(line),
            Err(ReadlineError::Interrupted) => Answer::Interrupted,
            Err(_) => Answer::End,
        };
        if given.send(answer).is_err() {
            return;
        }
    }
}
