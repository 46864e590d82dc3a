using FewShotAD.Domain.Models;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Registrations;

namespace FewShotAD.Portal.Api;

/// <summary>What a registration model should be trained on.</summary>
/// <param name="Name">One that is there already makes its next version.</param>
/// <param name="Projects">2 to 16 of the team's projects, each with as many normal shots as the recipe asks for.</param>
/// <param name="Recipe">RegAD in the preset quick when left out; RegAD or UniAD.</param>
public sealed record NewRegistration(string Name, IReadOnlyList<Guid> Projects, NewRun? Recipe = null);

/// <summary>A project that was learned from.</summary>
/// <param name="Images">Normal images of it.</param>
public sealed record RestRegistrationPart(Guid Project, string Name, int Images);

/// <summary>A model that was made with it.</summary>
public sealed record RestRegistrationUser(Guid Project, string Name, Guid Model, int Version);

/// <param name="Status">Of the run that trains it.</param>
/// <param name="Ready">Whether projects can use it.</param>
/// <param name="RunsAhead">How many waiting runs will start before its training; null unless it is queued.</param>
/// <param name="WaitsFor">Why it waits; null unless it is queued.</param>
/// <param name="Run">Its losses, log and history are there like any run's.</param>
/// <param name="Bytes">Of its file; 0 until it is trained.</param>
/// <param name="Data">What it was trained on, with the hash of all; null until it is trained.</param>
public sealed record RestRegistration(
    Guid Id, string Name, int Version, RunStatus Status, bool Ready, double Progress, double? SecondsLeft, int? RunsAhead, WaitReason? WaitsFor,
    string? FailureReason, Guid Run, IReadOnlyList<RestRegistrationPart> Parts, IReadOnlyList<RestRegistrationUser> UsedBy, TrainingRecipe Recipe, long Bytes,
    string? CodeVersion, string? LibraryVersions, SnapshotFigures? Data, DateTimeOffset CreatedAt, Guid CreatedBy)
{
    internal static RestRegistration Of(RegistrationState state)
    {
        var (model, run) = (state.Model, state.Run);
        return new RestRegistration(
            model.Id.Value, model.Name, model.Version, run.Status, model.IsReady, run.Progress, run.SecondsLeft, state.Place?.Ahead, state.Place?.Reason,
            run.FailureReason, run.Id.Value, [.. model.Parts.Select(part => new RestRegistrationPart(part.Project.Value, part.Name, part.Images))],
            [.. state.UsedBy.Select(user => new RestRegistrationUser(user.Project.Value, user.ProjectName, user.Model.Value, user.Version))], model.Recipe,
            model.BundleBytes, model.Origin?.CodeVersion, model.Origin?.LibraryVersions, model.Origin?.Data, model.CreatedAt, model.CreatedBy.Value);
    }
}
