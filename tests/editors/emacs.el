;;; Run inside Emacs by emacs.sh.  The exit status is 0 where every step was seen.  -*- lexical-binding: t -*-
;; A few internal functions of eglot are used (eglot--connect and others): they may move.
(package-initialize)
(require 'eglot)
(require 'layerwise)

(defconst test-wait (string-to-number (getenv "WAIT")))
(defconst test-file (getenv "FILE"))

(setq eglot-sync-connect test-wait
      eglot-connect-timeout test-wait
      eglot-confirm-server-edits nil
      eglot-confirm-server-initiated-edits nil)

(defun test-until (what predicate)
  "Wait until PREDICATE is true and return what it says; WHAT is the error if it never is."
  (let ((end (+ (float-time) test-wait)) result)
    (while (and (not (setq result (funcall predicate))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or result (error "%s was not seen" what))))

(defun test-finding ()
  "The finding of the kept package lists, or nil."
  (seq-find (lambda (diagnostic)
              (string-match-p "leaves the package lists" (flymake-diagnostic-text diagnostic)))
            (flymake-diagnostics)))

(defun test-action (server diagnostic title)
  "Do the code action TITLE of SERVER at DIAGNOSTIC."
  (let* ((actions (append (eglot-code-actions (flymake-diagnostic-beg diagnostic)
                                              (flymake-diagnostic-end diagnostic))
                          nil))
         (action (seq-find (lambda (action) (equal title (plist-get action :title))) actions)))
    (unless action (error "No action %s among %S" title actions))
    (if (fboundp 'eglot-execute) (eglot-execute server action)   ; eglot 1.15 and newer
      (unless (plist-get action :edit)
        (setq action (jsonrpc-request server :codeAction/resolve action)))
      (eglot--apply-workspace-edit (plist-get action :edit)))))

(defun test-line (number)
  "The text of a line of this buffer; NUMBER counts from 1."
  (save-excursion
    (goto-char (point-min))
    (forward-line (1- number))
    (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun test-saving ()
  "Save a line that the server is to indent; Emacs waits for it before it saves."
  (goto-char (point-max))
  (insert "RUN true && \\\ntrue\n")
  (eglot--signal-textDocument/didChange)                         ; in batch mode no idle timer sends it
  (save-buffer)
  (with-temp-buffer
    (insert-file-contents test-file)
    (unless (string-suffix-p "RUN true && \\\n    true\n" (buffer-string)) (error "Saved as %S" (buffer-string))))
  (message "formatted and saved"))

(defun test-eglot ()
  (setq layerwise-settings '(:format (:on-save t)))
  (layerwise-setup)
  (find-file test-file)
  (message "emacs %s, %s" emacs-version major-mode)
  (unless (memq major-mode layerwise-modes) (error "%s is no mode of Dockerfiles" major-mode))
  ;; In batch mode no command ends, which is when `eglot-ensure' connects.
  (apply #'eglot--connect (eglot--guess-contact))
  (test-until "the server in the buffer" #'eglot-managed-p)
  (flymake-start)
  (let ((server (eglot-current-server))
        (finding (test-until "the finding" #'test-finding)))
    (unless (= 3 (line-number-at-pos (flymake-diagnostic-beg finding))) (error "The finding is not in line 3"))
    (message "finding in line 3: %s" (flymake-diagnostic-text finding))
    (goto-char (point-min))
    (let ((hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
      (unless (string-match-p "FROM" (format "%S" (plist-get hover :contents))) (error "No hover on FROM")))
    (message "hover on FROM")
    (test-action server finding "Delete the package lists in this layer")
    (unless (string-suffix-p "bc && rm -rf /var/lib/apt/lists/*" (test-line 3))
      (error "Line 3 is %s" (test-line 3)))
    (eglot--signal-textDocument/didChange)                       ; in batch mode no idle timer sends it
    (test-until "the end of the finding" (lambda () (not (test-finding))))
    (message "fixed, and the finding is gone")
    (test-saving)
    (set-buffer-modified-p nil)
    (eglot-shutdown server)))

(condition-case problem (test-eglot)
  (error (message "FAIL %s" (error-message-string problem)) (kill-emacs 1)))
(kill-emacs 0)
