//! What the macros share: reading attributes, doc comments, and the path of the `vm` crate.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Result, Token};

/// `crate` inside the vm crate, `::vm` elsewhere.
pub fn vm_path() -> TokenStream {
    let name = std::env::var("CARGO_CRATE_NAME").unwrap_or_default();
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    if name == "vm" || (name.is_empty() && package == "pyrs-vm") {
        quote!(crate)
    } else {
        quote!(::vm)
    }
}

/// The doc comment as one text, as Python shows it.
pub fn doc_of(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &pair.value
        {
            let text = text.value();
            lines.extend(text.split('\n').map(|line| {
                line.strip_prefix(' ')
                    .unwrap_or(line)
                    .trim_end()
                    .to_string()
            }));
        }
    }
    let text = lines.join("\n");
    let text = text.trim_matches('\n');
    if text.is_empty() {
        None
    } else {
        Some(text.to_string())
    }
}

/// `Some("…")` or `None`.
pub fn option_str(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// The options of one attribute: `name = value`, `name(list)`, or `name`.
pub struct Options {
    items: Vec<Meta>,
    span: Span,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Options> {
        let span = input.span();
        let items = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
        Ok(Options {
            items: items.into_iter().collect(),
            span,
        })
    }
}

impl Options {
    /// Of `#[name]` or `#[name(options)]`.
    pub fn of(attribute: &Attribute) -> Result<Options> {
        match &attribute.meta {
            Meta::Path(path) => Ok(Options {
                items: Vec::new(),
                span: syn::spanned::Spanned::span(path),
            }),
            _ => attribute.parse_args(),
        }
    }

    /// Refuses options the macro does not know.
    pub fn check(&self, known: &[&str]) -> Result<()> {
        for item in &self.items {
            if !known.iter().any(|name| item.path().is_ident(name)) {
                let known = known.join(", ");
                return Err(Error::new_spanned(
                    item,
                    format!("unknown option; known are: {known}"),
                ));
            }
        }
        Ok(())
    }

    /// Where the attribute stands.
    pub fn span(&self) -> Span {
        self.span
    }

    fn find(&self, name: &str) -> Option<&Meta> {
        self.items.iter().find(|item| item.path().is_ident(name))
    }

    /// Whether the option stands there, in any form.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The value of `name = value`.
    pub fn value(&self, name: &str) -> Result<Option<&Expr>> {
        match self.find(name) {
            None => Ok(None),
            Some(Meta::NameValue(pair)) => Ok(Some(&pair.value)),
            Some(other) => Err(Error::new_spanned(other, format!("write `{name} = …`"))),
        }
    }

    /// The text of `name = "text"`.
    pub fn text(&self, name: &str) -> Result<Option<LitStr>> {
        match self.value(name)? {
            None => Ok(None),
            Some(Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            })) => Ok(Some(text.clone())),
            Some(other) => Err(Error::new_spanned(other, "a string literal is needed")),
        }
    }

    /// The items of `name(a, b)`.
    pub fn list<T: Parse>(&self, name: &str) -> Result<Vec<T>> {
        match self.find(name) {
            None => Ok(Vec::new()),
            Some(Meta::List(list)) => Ok(list
                .parse_args_with(Punctuated::<T, Token![,]>::parse_terminated)?
                .into_iter()
                .collect()),
            Some(other) => Err(Error::new_spanned(other, format!("write `{name}(…)`"))),
        }
    }

    /// The path of `name = path`.
    pub fn path(&self, name: &str) -> Result<Option<Path>> {
        match self.value(name)? {
            None => Ok(None),
            Some(Expr::Path(path)) => Ok(Some(path.path.clone())),
            Some(other) => Err(Error::new_spanned(other, "a path is needed")),
        }
    }

    /// The identifier of `name = IDENT`.
    pub fn ident(&self, name: &str) -> Result<Option<Ident>> {
        match self.path(name)? {
            None => Ok(None),
            Some(path) => path.require_ident().cloned().map(Some),
        }
    }
}

/// Takes the first attribute with one of the names out of a list.
pub fn take_attribute(
    attributes: &mut Vec<Attribute>,
    names: &[&str],
) -> Option<(String, Attribute)> {
    let place = attributes
        .iter()
        .position(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))?;
    let attribute = attributes.remove(place);
    let name = attribute
        .path()
        .get_ident()
        .map(ToString::to_string)
        .unwrap_or_default();
    Some((name, attribute))
}

/// An identifier without `r#`.
pub fn plain_name(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#")
        .map_or(text.clone(), ToString::to_string)
}
