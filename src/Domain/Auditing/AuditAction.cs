using System.Reflection;

namespace FewShotAD.Domain.Auditing;

/// <summary>What can stand in the audit trail. The words are stored and hashed: a word that was in use never changes.</summary>
public static class AuditAction
{
    public const string SignIn = "account.sign-in";
    public const string SignInFailed = "account.sign-in.failed";
    public const string SwitchTeam = "account.switch-team";
    public const string ChangeName = "account.name";
    public const string ChangePassword = "account.password.change";
    public const string ResetPassword = "account.password.reset";
    public const string LoginLink = "account.login.link";
    public const string LoginUnlink = "account.login.unlink";
    public const string TeamCreate = "team.create";
    public const string TeamRename = "team.rename";
    public const string TeamQuota = "team.quota";
    public const string MemberInvite = "member.invite";
    public const string InvitationRevoke = "member.invite.revoke";
    public const string MemberJoin = "member.join";
    public const string MemberRole = "member.role";
    public const string MemberRemove = "member.remove";
    public const string MemberLeave = "member.leave";
    public const string MemberResetLink = "member.reset-link";
    public const string KeyCreate = "key.create";
    public const string KeyRevoke = "key.revoke";
    public const string ProjectCreate = "project.create";
    public const string ProjectChange = "project.change";
    public const string ProjectDelete = "project.delete";
    public const string ImageUpload = "image.upload";
    public const string MaskUpload = "image.mask";
    public const string ImageAnnotate = "image.annotate";
    public const string IgnoreChange = "ignore.change";
    public const string IgnoreRemove = "ignore.remove";
    public const string IgnoreStop = "ignore.stop";
    public const string ImageClassify = "image.classify";
    public const string ImageDelete = "image.delete";
    public const string RunStart = "run.start";
    public const string RunCancel = "run.cancel";
    public const string RunPause = "run.pause";
    public const string RunResume = "run.resume";
    public const string RunDelete = "run.delete";
    public const string StudyStart = "study.start";
    public const string StudyCancel = "study.cancel";
    public const string StudyDelete = "study.delete";
    public const string ScheduleCreate = "schedule.create";
    public const string ScheduleChange = "schedule.change";
    public const string ScheduleDelete = "schedule.delete";
    public const string TimeZoneChange = "team.time-zone";
    public const string ModelPublish = "model.publish";
    public const string ModelUnpublish = "model.unpublish";
    public const string ModelRollBack = "model.roll-back";
    public const string ModelDelete = "model.delete";
    public const string ModelRetire = "model.retention";
    public const string ModelDownload = "model.download";
    public const string ModelImport = "model.import";
    public const string ModelReproduce = "model.reproduce";
    public const string PublishAsk = "model.publish.ask";
    public const string PublishApprove = "model.publish.approve";
    public const string PublishReject = "model.publish.reject";
    public const string PublishWithdraw = "model.publish.withdraw";
    public const string LineMove = "line.move";
    public const string LineRestore = "line.restore";
    public const string VerdictGive = "verdict.give";
    public const string VerdictWithdraw = "verdict.withdraw";
    public const string ReviewAssign = "review.assign";
    public const string ReviewAccept = "review.accept";
    public const string ReviewReopen = "review.reopen";
    public const string ScoreKeep = "score.keep";
    public const string ScoreBatchStart = "score.batch";
    public const string ScoreBatchCancel = "score.batch.cancel";
    public const string ExportStart = "export.start";
    public const string ImportStart = "import.start";
    public const string RestoreStart = "restore.start";
    public const string TransferCancel = "transfer.cancel";
    public const string TransferDelete = "transfer.delete";
    public const string WebhookCreate = "webhook.create";
    public const string WebhookChange = "webhook.change";
    public const string WebhookSecret = "webhook.secret";
    public const string WebhookPing = "webhook.ping";
    public const string WebhookReplay = "webhook.replay";
    public const string WebhookDelete = "webhook.delete";

    /// <summary>All of them, for a filter.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(AuditAction).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal),
    ];
}
