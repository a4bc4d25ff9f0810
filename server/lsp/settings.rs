//! What the client has set: it comes at the start, as the answer to a question of ours, and unasked, and each
//! editor wraps it in its own way.

use serde_json::Value;

/// The settings' section, where clients keep many servers' settings apart.
pub(crate) const SECTION: &str = "layerwise";

/// The settings in a settings object: the section where there is one, else the object itself, so that a client
/// that sends the section alone is understood too; `None` where nothing is set.
pub(crate) fn section(settings: &Value) -> Option<&Value> {
    let section = match settings.get(SECTION) {
        Some(section) => section,
        None => settings,
    };
    section.as_object().filter(|section| !section.is_empty()).map(|_| section)
}

/// The settings in an answer to `workspace/configuration` with one item; `None` where nothing is set.
pub(crate) fn answered(mut answer: Vec<Value>) -> Option<Value> {
    answer.pop().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_section_is_found_wrapped_and_bare() {
        let set = json!({ "extend": ["style"] });
        assert_eq!(section(&json!({ "layerwise": set })), Some(&set));
        assert_eq!(section(&json!({ "layerwise": set, "other": {} })), Some(&set));
        assert_eq!(section(&set), Some(&set));
        for nothing in [json!(null), json!({}), json!({ "layerwise": null }), json!([])] {
            assert_eq!(section(&nothing), None);
        }
    }
}
