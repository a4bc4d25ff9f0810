//! The rules: one file each, registered here and in `ALL`, run by [`run`].

mod bind_mount;
pub(crate) mod cache_mounts;
mod check;
pub(crate) mod check_options;
mod clean_up;
#[cfg_attr(not(feature = "lsp"), allow(dead_code))]
pub(crate) mod codes;
mod comment_fix;
mod copied_weight;
mod copies_below_install;
mod declare;
mod edits;
pub(crate) mod exec_form;
mod fetch_commands;
mod finding;
mod found;
pub(crate) mod frontend;
pub mod hadolint_page;
pub(crate) mod ignore_lines;
mod labels;
mod manifest_copies;
pub(crate) mod merge;
mod named_copies;
pub(crate) mod names;
mod option;
pub mod page;
mod pattern;
pub(crate) mod pragma;
pub(crate) mod prelude;
mod run;
pub(crate) mod shell_check;
mod stage_memo;
mod suppress;
mod survey;
#[cfg(test)]
mod tests;
#[cfg(feature = "lsp")]
pub(crate) mod unfinished;

pub(crate) mod cache;
mod correctness;
mod security;
mod size;
mod style;
mod syntax;

use crate::document::Cx;
use crate::fix::{Fix, Safety, Subject};
pub(crate) use check::Check;
#[cfg(feature = "cli")]
pub(crate) use correctness::unknown_target::nearest_stage;
pub(crate) use finding::Tag;
pub use finding::{Finding, Related};
pub(crate) use found::{Findings, StepsCheck};
pub use option::{OptionKind, RuleOption};
pub use run::{Pass, run, run_pass};
#[cfg(feature = "lsp")]
pub(crate) use run::{finds_any, run_near, severity};
pub(crate) use run::{run_one, run_unheard};
pub(crate) use syntax::lost_continuation::has_lost_its_rest;
pub(crate) use syntax::unknown_instruction::is_of_template;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// Could be better.
    Info,
    /// Should be changed.
    Warning,
    /// Does not build.
    Error,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Does not build.
    Syntax,
    /// Builds something else than meant.
    Correctness,
    /// Rebuilds more than needed.
    Cache,
    /// Ships more than needed.
    Size,
    /// Can be attacked.
    Security,
    /// Reads badly.
    Style,
}

/// One rule.
pub struct Rule {
    /// Kebab-case; completes "allow …".
    pub id: &'static str,
    /// What it is about.
    pub group: Group,
    /// Severity where the user says nothing.
    pub severity: Severity,
    /// Whether it runs where the user says nothing.
    pub default_on: bool,
    /// The version that brought it.
    pub since: &'static str,
    /// The codes of other tools that its findings can carry.
    pub also: &'static [&'static str],
    /// The documentation, Markdown.
    pub docs: &'static str,
    /// The best safety of its fixes; `None` where it has no fix.
    pub safety: Option<Safety>,
    /// What its table in the settings may hold beside its level.
    pub options: &'static [RuleOption],
    /// What its fixes may change on purpose beside the instruction they mend.
    pub(crate) changes: &'static [Subject],
    pub(crate) check: Check,
    /// What editors show of the text that is found, beside the message.
    #[cfg_attr(not(feature = "lsp"), allow(dead_code))]
    pub(crate) tag: Option<Tag>,
    /// Asked of a finding that an instruction has by itself, with that one's index: whether it holds in this file.
    pub(crate) only: Option<fn(&Cx<'_>, usize) -> bool>,
    /// Candidates for a finding of this rule, the best first; each still has to be proven.
    pub(crate) fix: Option<fn(&Cx<'_>, &Finding) -> Vec<Fix>>,
}

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[
    &correctness::add_instead_of_copy::ADD_INSTEAD_OF_COPY,
    &size::apk_cache_kept::APK_CACHE_KEPT,
    &size::apt_lists_kept::APT_LISTS_KEPT,
    &size::apt_recommends::APT_RECOMMENDS,
    &size::archive_kept::ARCHIVE_KEPT,
    &cache::artefact_in_cache_mount::ARTEFACT_IN_CACHE_MOUNT,
    &correctness::base_platform_mismatch::BASE_PLATFORM_MISMATCH,
    &correctness::bashism_in_sh::BASHISM_IN_SH,
    &cache::blanket_copy::BLANKET_COPY,
    &size::build_tools_in_final_image::BUILD_TOOLS_IN_FINAL_IMAGE,
    &style::cd_in_run::CD_IN_RUN,
    &size::cleanup_in_later_layer::CLEANUP_IN_LATER_LAYER,
    &size::composer_cache_kept::COMPOSER_CACHE_KEPT,
    &size::conda_cache_kept::CONDA_CACHE_KEPT,
    &size::consecutive_runs::CONSECUTIVE_RUNS,
    &style::constant_platform::CONSTANT_PLATFORM,
    &correctness::copied_ignored_file::COPIED_IGNORED_FILE,
    &correctness::copy_destination_not_folder::COPY_DESTINATION_NOT_FOLDER,
    &correctness::copy_to_relative_without_workdir::COPY_TO_RELATIVE_WITHOUT_WORKDIR,
    &size::debug_symbols_kept::DEBUG_SYMBOLS_KEPT,
    &cache::dependencies_not_separated::DEPENDENCIES_NOT_SEPARATED,
    &size::dev_dependencies_in_final_image::DEV_DEPENDENCIES_IN_FINAL_IMAGE,
    &security::disabled_tls::DISABLED_TLS,
    &size::dnf_cache_kept::DNF_CACHE_KEPT,
    &security::download_to_shell::DOWNLOAD_TO_SHELL,
    &syntax::duplicate_flag::DUPLICATE_FLAG,
    &correctness::duplicate_instruction::DUPLICATE_INSTRUCTION,
    &correctness::duplicate_pattern::DUPLICATE_PATTERN,
    &correctness::duplicate_stage_name::DUPLICATE_STAGE_NAME,
    &correctness::empty_continuation::EMPTY_CONTINUATION,
    &security::end_of_life_base::END_OF_LIFE_BASE,
    &correctness::end_user_apt::END_USER_APT,
    &correctness::expose_host_mapping::EXPOSE_HOST_MAPPING,
    &correctness::expose_proto_casing::EXPOSE_PROTO_CASING,
    &syntax::extra_argument::EXTRA_ARGUMENT,
    &size::fat_base_image::FAT_BASE_IMAGE,
    &security::floating_base_tag::FLOATING_BASE_TAG,
    &style::from_as_casing::FROM_AS_CASING,
    &correctness::global_arg_not_redeclared::GLOBAL_ARG_NOT_REDECLARED,
    &correctness::idle_exception::IDLE_EXCEPTION,
    &size::incomplete_dockerignore::INCOMPLETE_DOCKERIGNORE,
    &correctness::ineffective_cd::INEFFECTIVE_CD,
    &correctness::ineffective_export::INEFFECTIVE_EXPORT,
    &correctness::inline_comment::INLINE_COMMENT,
    &correctness::install_without_update::INSTALL_WITHOUT_UPDATE,
    &syntax::instruction_before_from::INSTRUCTION_BEFORE_FROM,
    &style::instruction_casing::INSTRUCTION_CASING,
    &correctness::invalid_default_arg_in_from::INVALID_DEFAULT_ARG_IN_FROM,
    &syntax::invalid_directive::INVALID_DIRECTIVE,
    &syntax::invalid_duration::INVALID_DURATION,
    &syntax::invalid_flag_value::INVALID_FLAG_VALUE,
    &syntax::invalid_image_reference::INVALID_IMAGE_REFERENCE,
    &syntax::invalid_json_form::INVALID_JSON_FORM,
    &syntax::invalid_mount::INVALID_MOUNT,
    &syntax::invalid_onbuild_trigger::INVALID_ONBUILD_TRIGGER,
    &syntax::invalid_port::INVALID_PORT,
    &syntax::invalid_remote_source::INVALID_REMOTE_SOURCE,
    &syntax::invalid_signal::INVALID_SIGNAL,
    &syntax::invalid_stage_name::INVALID_STAGE_NAME,
    &correctness::invalid_variable_value::INVALID_VARIABLE_VALUE,
    &style::label_email::LABEL_EMAIL,
    &style::label_empty::LABEL_EMPTY,
    &style::label_git_hash::LABEL_GIT_HASH,
    &style::label_key::LABEL_KEY,
    &style::label_license::LABEL_LICENSE,
    &style::label_missing::LABEL_MISSING,
    &style::label_time::LABEL_TIME,
    &style::label_unexpected::LABEL_UNEXPECTED,
    &style::label_url::LABEL_URL,
    &style::label_version::LABEL_VERSION,
    &size::large_uid::LARGE_UID,
    &correctness::late_directive::LATE_DIRECTIVE,
    &correctness::later_stage::LATER_STAGE,
    &style::legacy_key_value::LEGACY_KEY_VALUE,
    &correctness::libc_mismatch::LIBC_MISMATCH,
    &syntax::lost_continuation::LOST_CONTINUATION,
    &style::maintainer::MAINTAINER,
    &syntax::malformed_pattern::MALFORMED_PATTERN,
    &style::misleading_description::MISLEADING_DESCRIPTION,
    &syntax::missing_argument::MISSING_ARGUMENT,
    &cache::missing_cache_mount::MISSING_CACHE_MOUNT,
    &correctness::missing_copy_source::MISSING_COPY_SOURCE,
    &size::missing_dockerignore::MISSING_DOCKERIGNORE,
    &cache::missing_link::MISSING_LINK,
    &security::missing_user::MISSING_USER,
    &correctness::missing_yes::MISSING_YES,
    &correctness::mount_on_root::MOUNT_ON_ROOT,
    &correctness::named_user_without_passwd::NAMED_USER_WITHOUT_PASSWD,
    &syntax::no_stage::NO_STAGE,
    &correctness::npm_as_init::NPM_AS_INIT,
    &size::npm_cache_kept::NPM_CACHE_KEPT,
    &cache::npm_install_with_lockfile::NPM_INSTALL_WITH_LOCKFILE,
    &syntax::nul_byte::NUL_BYTE,
    &correctness::onbuild_misuse::ONBUILD_MISUSE,
    &syntax::overlong_line::OVERLONG_LINE,
    &size::ownership_in_later_layer::OWNERSHIP_IN_LATER_LAYER,
    &correctness::path_overwrite::PATH_OVERWRITE,
    &size::pip_cache_kept::PIP_CACHE_KEPT,
    &correctness::pipe_without_pipefail::PIPE_WITHOUT_PIPEFAIL,
    &style::redundant_target_platform::REDUNDANT_TARGET_PLATFORM,
    &correctness::relative_workdir::RELATIVE_WORKDIR,
    &cache::remote_add_without_checksum::REMOTE_ADD_WITHOUT_CHECKSUM,
    &correctness::requirements_as_package::REQUIREMENTS_AS_PACKAGE,
    &correctness::reserved_stage_name::RESERVED_STAGE_NAME,
    &security::root_user::ROOT_USER,
    &security::secret_file_copied::SECRET_FILE_COPIED,
    &security::secret_in_arg_or_env::SECRET_IN_ARG_OR_ENV,
    &security::secret_literal::SECRET_LITERAL,
    &correctness::self_referencing_env::SELF_REFERENCING_ENV,
    &cache::separate_package_update::SEPARATE_PACKAGE_UPDATE,
    &security::shared_private_key::SHARED_PRIVATE_KEY,
    &correctness::shell_by_link::SHELL_BY_LINK,
    &correctness::shell_form_entrypoint::SHELL_FORM_ENTRYPOINT,
    &correctness::shell_form_without_shell::SHELL_FORM_WITHOUT_SHELL,
    &correctness::shell_operator_in_copy::SHELL_OPERATOR_IN_COPY,
    &correctness::shell_syntax_error::SHELL_SYNTAX_ERROR,
    &correctness::shellcheck::SHELLCHECK,
    &cache::source_before_dependencies::SOURCE_BEFORE_DEPENDENCIES,
    &security::ssh_port::SSH_PORT,
    &correctness::stage_cycle::STAGE_CYCLE,
    &style::stage_name_casing::STAGE_NAME_CASING,
    &security::sudo::SUDO,
    &correctness::swallowed_failure::SWALLOWED_FAILURE,
    &correctness::swallowed_instruction::SWALLOWED_INSTRUCTION,
    &cache::system_packages_after_copy::SYSTEM_PACKAGES_AFTER_COPY,
    &size::system_upgrade::SYSTEM_UPGRADE,
    &size::temporary_files_kept::TEMPORARY_FILES_KEPT,
    &security::token_in_url::TOKEN_IN_URL,
    &style::two_downloaders::TWO_DOWNLOADERS,
    &correctness::unchecked_background_job::UNCHECKED_BACKGROUND_JOB,
    &correctness::undeclared_arg_in_from::UNDECLARED_ARG_IN_FROM,
    &correctness::undefined_variable::UNDEFINED_VARIABLE,
    &correctness::ungraceful_stopsignal::UNGRACEFUL_STOPSIGNAL,
    &syntax::unknown_flag::UNKNOWN_FLAG,
    &syntax::unknown_instruction::UNKNOWN_INSTRUCTION,
    &correctness::unknown_rule_name::UNKNOWN_RULE_NAME,
    &correctness::unknown_stage::UNKNOWN_STAGE,
    &correctness::unknown_target::UNKNOWN_TARGET,
    &correctness::unmatched_pattern::UNMATCHED_PATTERN,
    &size::unneeded_package::UNNEEDED_PACKAGE,
    &style::unpinned_package::UNPINNED_PACKAGE,
    &correctness::unreachable_pattern::UNREACHABLE_PATTERN,
    &correctness::unreachable_stage::UNREACHABLE_STAGE,
    &security::unresolvable_user::UNRESOLVABLE_USER,
    &correctness::unset_required_variable::UNSET_REQUIRED_VARIABLE,
    &security::unsigned_packages::UNSIGNED_PACKAGES,
    &style::unsorted_packages::UNSORTED_PACKAGES,
    &syntax::unsupported_modifier::UNSUPPORTED_MODIFIER,
    &syntax::unterminated_heredoc::UNTERMINATED_HEREDOC,
    &syntax::unterminated_quote::UNTERMINATED_QUOTE,
    &syntax::unterminated_variable::UNTERMINATED_VARIABLE,
    &security::untrusted_registry::UNTRUSTED_REGISTRY,
    &security::unverified_download::UNVERIFIED_DOWNLOAD,
    &correctness::useless_command::USELESS_COMMAND,
    &cache::volatile_value_early::VOLATILE_VALUE_EARLY,
    &style::wget_progress::WGET_PROGRESS,
    &size::whole_stage_copied::WHOLE_STAGE_COPIED,
    &security::world_writable::WORLD_WRITABLE,
    &security::writable_app_code::WRITABLE_APP_CODE,
    &correctness::write_to_volume::WRITE_TO_VOLUME,
    &cache::wrong_cache_mount::WRONG_CACHE_MOUNT,
    &size::yarn_cache_kept::YARN_CACHE_KEPT,
];

/// The rule of an id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.binary_search_by_key(&id, |rule| rule.id).ok().and_then(|index| ALL.get(index).copied())
}
