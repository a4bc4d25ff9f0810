;;; Run inside Emacs by lsp-mode.sh.  The exit status is 0 where every step was seen.  -*- lexical-binding: t -*-
(package-initialize)
(require 'lsp-mode)
(require 'layerwise)

(defconst test-wait (string-to-number (getenv "WAIT")))
(defconst test-file (getenv "FILE"))

(setq lsp-auto-guess-root t
      lsp-diagnostics-provider :none
      lsp-enable-snippet nil
      lsp-enable-suggest-server-download nil
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME")))

(defun test-until (what predicate)
  "Wait until PREDICATE is true and return what it says; WHAT is the error if it never is."
  (let ((end (+ (float-time) test-wait)) result)
    (while (and (not (setq result (funcall predicate))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or result (error "%s was not seen" what))))

(defun test-finding ()
  "The finding of the kept package lists, or nil."
  (seq-find (lambda (diagnostic)
              (string-match-p "leaves the package lists" (lsp:diagnostic-message diagnostic)))
            (apply #'append (hash-table-values (lsp-diagnostics)))))

(defun test-lsp-mode ()
  (lsp-workspace-folders-add (file-name-directory test-file))
  (layerwise-setup)
  (find-file test-file)
  (message "emacs %s, lsp-mode, %s" emacs-version major-mode)
  ;; In batch mode no command ends, which is when `lsp-deferred' connects.
  (lsp)
  (let ((finding (test-until "the finding" #'test-finding)))
    (message "finding: %s" (lsp:diagnostic-message finding))
    (unless (equal '(layerwise) (mapcar (lambda (one) (lsp--client-server-id (lsp--workspace-client one)))
                                        (lsp-workspaces)))
      (error "Another client is in the buffer"))
    (goto-char (lsp--position-to-point (lsp:range-start (lsp:diagnostic-range finding))))
    (let ((action (seq-find (lambda (action) (equal "Delete the package lists in this layer" (lsp:code-action-title action)))
                            (lsp-code-actions-at-point))))
      (unless action (error "The fix is not offered"))
      (lsp-execute-code-action action))
    (goto-char (point-min))
    (unless (search-forward "bc && rm -rf /var/lib/apt/lists/*\n" nil t) (error "The fix is not in the text"))
    (test-until "the end of the finding" (lambda () (not (test-finding))))
    (message "fixed, and the finding is gone")
    (set-buffer-modified-p nil)))

(condition-case problem (test-lsp-mode)
  (error (message "FAIL %s" (error-message-string problem)) (kill-emacs 1)))
(kill-emacs 0)
