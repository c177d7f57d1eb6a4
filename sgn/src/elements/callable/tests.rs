use super::*;
use crate::element::NewElement;

fn first(inputs: Inputs<'_, u8>) -> Option<u8> {
    inputs[0].data().copied()
}

#[test]
fn pads_go_by_short_or_full_names() -> crate::Result<()> {
    let builder = CallableTransform::builder("t")
        .function("t:src:y", first)
        .inputs("y", ["t:snk:x"]);
    let mut pipeline = crate::Pipeline::new();
    pipeline.insert([NewElement::new(builder)?], [])?;
    assert_eq!(pipeline.pads(), ["t:snk:x", "t:src:y"]);
    Ok(())
}

#[test]
fn the_full_name_of_another_element_is_no_pad_of_this_one() {
    let builder = CallableTransform::builder("t").output("y", ["u:snk:x"], first);
    assert!(NewElement::new(builder).is_err());
    let builder = CallableTransform::builder("t")
        .function("u:src:y", first)
        .inputs("y", ["x"]);
    assert!(NewElement::new(builder).is_err());
}
