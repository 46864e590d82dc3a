using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Review;

public sealed record ResultAccepted()
    : Error(ErrorKind.Conflict, "review.accepted", "This result is accepted and locked: nothing about it changes. An engineer reopens it, with a reason.");

public sealed record ReviewIsSettled()
    : Error(ErrorKind.Conflict, "review.settled", "Two people have judged this result, and the matter is settled. An engineer reopens it, with a reason.");

public sealed record OthersAdjudicate()
    : Error(ErrorKind.Conflict, "review.conflict", "Two people disagree on this result. An engineer or owner who gave neither verdict decides between them.");

public sealed record VerdictSeconded()
    : Error(ErrorKind.Conflict, "review.seconded", "A second person has judged this result by now, so neither verdict is taken back. An engineer reopens it, with a reason.");

public sealed record NothingToWithdraw()
    : Error(ErrorKind.Conflict, "review.nothing", "There is no verdict of yours on this result that could be taken back.");

public sealed record NotDecided(int Count)
    : Error(ErrorKind.Conflict, "review.undecided",
        $"{(Count == 1 ? "A result is" : $"{Count} results are")} not decided, or two people disagree on it. Decide first; nothing was changed.");

public sealed record NotToReopen()
    : Error(ErrorKind.Conflict, "review.open", "This result is under review already. Only what is decided or accepted is reopened.");

public sealed record ReopenReasonNeeded()
    : Error(ErrorKind.Invalid, "review.reason", $"Say in 1 to {ReviewItem.ReasonMaxLength} characters why it is reopened.");

public sealed record ResultIsHeld(string By, DateTimeOffset Until)
    : Error(ErrorKind.Conflict, "review.held",
        $"{(By.Length == 0 ? "Somebody else" : By)} has this image open until {Until.UtcDateTime:HH:mm:ss} UTC. Take another one, or try again then.");

public sealed record LeaseLost()
    : Error(ErrorKind.Conflict, "review.lease", "This image is not yours any more: the time for it ran out, and it went back to the queue. Take the next one.");

public sealed record AlreadyDecided(string By)
    : Error(ErrorKind.Conflict, "review.decided",
        $"{(By.Length == 0 ? "Somebody else" : By)} has decided this image in the meantime. Your verdict was not taken; the image needs none any more.");

public sealed record ClientIdReused()
    : Error(ErrorKind.Conflict, "verdict.client", "This clientId was sent with another verdict. Give every verdict an id of its own.");

public sealed record InvalidReviewShare()
    : Error(ErrorKind.Invalid, "project.review", "The share of second reviews goes from 0 to 100 percent.");

public sealed record TooManyShots(int Shots, int More)
    : Error(ErrorKind.Conflict, "review.support.full",
        $"The support set has {Shots} of {TrainingRecipe.MaxShots} shots; {More} more do not fit. Choose fewer, or take some out on the images page.");

public sealed record NotVerified(string Name, ReviewDecision Wanted)
    : Error(ErrorKind.Conflict, "review.unverified",
        $"“{Name}” is not decided as {Wanted.ToString().ToLowerInvariant()}. Only {(Wanted == ReviewDecision.Normal ? "verified normals join the support set" : "verified defects become labelled test images")}; nothing was changed.");

public sealed record LabelledDefective(string Name)
    : Error(ErrorKind.Conflict, "review.label",
        $"“{Name}” is judged normal, but labelled defective. Correct the label on the images page if it is wrong, then add it; nothing was changed.");

public sealed record NoSuchReviewer()
    : Error(ErrorKind.Invalid, "review.assignee", "This person is not in your team, or may not review. Choose a member who is at least a reviewer.");

public sealed record TooManyAtOnce(int Max)
    : Error(ErrorKind.Invalid, "review.many", $"At most {Max} results at once. Send them in several requests.");

public sealed record NothingChosen(string Choice)
    : Error(ErrorKind.Invalid, "review.choice", Choice);

public sealed record ReviewMoved()
    : Error(ErrorKind.Conflict, "review.moved", "Somebody else changed the review of this result at the same moment. Look at it again, then decide again.");
