//! Looks for calls and names among the tokens of the user's methods.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{ReturnType, Signature};

/// Returns true if a function has no `self`, and the element is named in its return type.
pub(super) fn makes_element(signature: &Signature, element: &str) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else {
        return false;
    };
    signature.receiver().is_none() && names_any(ty.to_token_stream(), &["Self", element])
}

fn names_any(tokens: TokenStream, names: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Group(group) => names_any(group.stream(), names),
        _ => false,
    })
}

/// Returns true if there is `.name`, or `name` after a path that ends in one of `owners`.
pub(super) fn calls(tokens: TokenStream, name: &Ident, owners: &[String]) -> bool {
    let mut before = [None, None, None];
    for token in tokens {
        match &token {
            TokenTree::Group(group) if calls(group.stream(), name, owners) => return true,
            TokenTree::Ident(ident) if ident == name => {
                let [owner, first, second] = &before;
                let in_path = is(first, ':') && is(second, ':');
                if is(second, '.') || (in_path && (is_among(owner, owners) || is(owner, '>'))) {
                    return true;
                }
            }
            _ => {}
        }
        before.rotate_left(1);
        before[2] = Some(token);
    }
    false
}

fn is(token: &Option<TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_among(token: &Option<TokenTree>, names: &[String]) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if names.iter().any(|name| ident == name))
}
