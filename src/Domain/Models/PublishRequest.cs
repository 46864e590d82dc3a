using FewShotAD.Domain.Common;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Models;

public enum PublishRequestState
{
    Open = 0,
    Approved = 1,
    Rejected = 2,

    /// <summary>By the one who asked.</summary>
    Withdrawn = 3,
}

/// <summary>
/// Somebody asks that a model be published, in a project where that needs a second person. Approving publishes it in the same step; who
/// asked cannot approve, and a program cannot either.
/// </summary>
public sealed class PublishRequest : Announcer, ITenantOwned
{
    public const int CommentMaxLength = 500;

    private PublishRequest() => AskedByName = "";

    public TenantId TenantId { get; private set; }

    public PublishRequestId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public ModelId ModelId { get; private set; }

    public PublishRequestState State { get; private set; }

    /// <summary>For a key the person who made it: their own program's request they cannot approve either.</summary>
    public UserId AskedBy { get; private set; }

    public string AskedByName { get; private set; }

    public DateTimeOffset AskedAt { get; private set; }

    public string? Comment { get; private set; }

    public UserId? DecidedBy { get; private set; }

    public string? DecidedByName { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? DecisionComment { get; private set; }

    /// <summary>Changes with every write: of two decisions at once one is refused.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public static Result<PublishRequest> Create(Project project, TrainedModel model, RegistryAuthor by, string? comment, DateTimeOffset now)
    {
        if (!project.ApprovalNeeded)
            return new ApprovalNotNeeded();
        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        if (project.PublishedModelId == model.Id)
            return new AlreadyPublished(model.Version);
        var text = Trim(comment);
        if (text?.Length > CommentMaxLength)
            return new PublishCommentTooLong();
        var request = new PublishRequest
        {
            TenantId = model.TenantId,
            Id = new PublishRequestId(Guid.CreateVersion7(now)),
            ProjectId = model.ProjectId,
            ModelId = model.Id,
            AskedBy = by.User,
            AskedByName = Name(by),
            AskedAt = now,
            Comment = text,
            ConcurrencyStamp = Guid.NewGuid(),
        };
        request.Notify(Notice.OfRequest(request, model.Version));
        return request;
    }

    /// <summary>A second person says yes or no. Publishing itself is the caller's, in the same save.</summary>
    /// <param name="comment">Needed where the answer is no.</param>
    public Result Decide(bool approved, RegistryAuthor by, string? comment, DateTimeOffset now)
    {
        if (State != PublishRequestState.Open)
            return new PublishRequestOver(State, DecidedByName ?? AskedByName);
        if (by.User == AskedBy)
            return new OwnPublishRequest();
        var text = Trim(comment);
        if (text?.Length > CommentMaxLength)
            return new PublishCommentTooLong();
        if (!approved && text is null)
            return new RejectionNeedsReason();
        End(approved ? PublishRequestState.Approved : PublishRequestState.Rejected, by, text, now);
        return Result.Ok;
    }

    public Result Withdraw(RegistryAuthor by, DateTimeOffset now)
    {
        if (State != PublishRequestState.Open)
            return new PublishRequestOver(State, DecidedByName ?? AskedByName);
        if (by.User != AskedBy)
            return new NotYourPublishRequest(AskedByName);
        End(PublishRequestState.Withdrawn, by, null, now);
        return Result.Ok;
    }

    private static string? Trim(string? comment) => string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();

    private static string Name(RegistryAuthor by) => by.Name.Length <= Publication.NameMaxLength ? by.Name : by.Name[..Publication.NameMaxLength];

    private void End(PublishRequestState state, RegistryAuthor by, string? comment, DateTimeOffset now)
    {
        (State, DecidedBy, DecidedByName, DecidedAt, DecisionComment) = (state, by.User, Name(by), now, comment);
        TakeNotices(); // asked and answered in one save: nobody is to find it
        ConcurrencyStamp = Guid.NewGuid();
    }
}

public sealed record PublishRequestNotFound()
    : Error(ErrorKind.NotFound, "publish.missing", "This request to publish does not exist, or it belongs to another team.");

public sealed record ApprovalNeeded()
    : Error(ErrorKind.Conflict, "publish.approval", "Publishing in this project needs a second person. Ask for it (“ask-to-publish”); another engineer or owner then approves.");

public sealed record ApprovalNotNeeded()
    : Error(ErrorKind.Conflict, "publish.no-approval", "Publishing in this project needs no second person. Publish the version at once, or have an owner change the project's setting.");

public sealed record AlreadyPublished(int Version)
    : Error(ErrorKind.Conflict, "publish.already", $"v{Version} is published already.");

public sealed record PublishAwaitsAnswer(int Version)
    : Error(ErrorKind.Conflict, "publish.waits", $"v{Version} waits for approval already. Approve, reject or withdraw that request first.");

public sealed record PublishRequestOver(PublishRequestState State, string By)
    : Error(ErrorKind.Conflict, "publish.over", $"The request was {State.ToString().ToLowerInvariant()} by {By} already. Look at it again.");

public sealed record OwnPublishRequest()
    : Error(ErrorKind.Conflict, "publish.own", "You asked for this yourself, so another engineer or owner has to decide. You can withdraw it.");

public sealed record NotYourPublishRequest(string By)
    : Error(ErrorKind.Conflict, "publish.others", $"{By} asked for this; nobody else can withdraw it. Reject it instead, with a reason.");

public sealed record RejectionNeedsReason()
    : Error(ErrorKind.Invalid, "publish.reason", "Say why it is not published: who asked will want to know.");

public sealed record PublishCommentTooLong()
    : Error(ErrorKind.Invalid, "publish.comment", $"A comment has at most {PublishRequest.CommentMaxLength} characters. Shorten it.");

public sealed record PublishingNeedsAPerson()
    : Error(ErrorKind.Forbidden, "publish.person", "No API key decides on a request to publish: the second person is signed in.");
