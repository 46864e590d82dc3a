using System.Reflection;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Features.Admin;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Notices;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>What a door is called with when a test knows only its parameters' types.</summary>
internal sealed record Keys(
    ProjectId Project, ImageId Image, RunId Run, ModelId Model, ResultId Result, TrainedModel ModelRow, ScoredImage ResultRow, ScoringBatchId Batch,
    TransferId Transfer, TransferId Import, WebhookId Webhook, DeliveryId Delivery, UserId Member, InvitationId Invitation, ApiKeyId ApiKey, ScheduleId Schedule, StudyId Study,
    PublishRequestId Asked, RegistrationId Registration, ProjectId Other, NoticeId Notice);

/// <summary>A method that acts for a person: any of the portal's that takes an <see cref="Actor"/> first. New ones are found by themselves.</summary>
internal sealed class Door(MethodInfo method)
{
    public static IReadOnlyList<Door> All { get; } =
    [
        .. typeof(App).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type != typeof(Actor))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters() is [var first, ..] && first.ParameterType == typeof(Actor) && typeof(Task).IsAssignableFrom(method.ReturnType))
            .Select(method => new Door(method)),
    ];

    public Type Handler => method.DeclaringType!;

    public string Name => $"{Handler.Name}.{method.Name}";

    /// <summary>Open to administrators of the platform alone, whatever their role in a team.</summary>
    public bool IsForAdministrators => Handler.Namespace == typeof(ListTenants).Namespace || Handler == typeof(PlatformSeat);

    /// <summary>Whether anything it is given names a row.</summary>
    public bool TakesKeys => method.GetParameters().Any(p => Names(p.ParameterType));

    /// <summary>Calls it and gives back what its task brought.</summary>
    public async Task<object?> CallAsync(IServiceProvider services, Actor actor, Keys keys, CancellationToken ct)
    {
        var handler = services.GetRequiredService(Handler);
        var arguments = method.GetParameters().Select(p => Make(p.ParameterType, p.Name!, actor, keys, ct)).ToArray();
        var task = (Task)method.Invoke(handler, arguments)!;
        await task;
        return task.GetType().GetProperty("Result")?.GetValue(task);
    }

    /// <summary>The error of a result, null when it succeeded or is none.</summary>
    public static Error? ErrorOf(object? result) => (Error?)result?.GetType().GetProperty("Error")?.GetValue(result);

    private static bool Names(Type type) =>
        IsId(type) || (type.IsGenericType && type.GetGenericArguments().Any(Names)) || (IsRequest(type) && Parameters(type).Any(p => Names(p.ParameterType)));

    private static object? Make(Type type, string name, Actor actor, Keys keys, CancellationToken ct) => type switch
    {
        _ when type == typeof(Actor) => actor,
        _ when type == typeof(CancellationToken) => ct,
        _ when type == typeof(TenantId) => actor.Tenant,
        _ when type == typeof(QuotaChoices) => new QuotaChoices(QuotaChoice.AsConfigured, QuotaChoice.AsConfigured, QuotaChoice.AsConfigured),
        _ when type == typeof(ProjectId) || type == typeof(ProjectId?) => keys.Project,
        _ when type == typeof(ImageId) || type == typeof(ImageId?) => keys.Image,
        _ when type == typeof(RunId) || type == typeof(RunId?) => keys.Run,
        // The other one of two that are compared: the same would be no comparison.
        _ when type == typeof(ModelId?) && name.Equals("first", StringComparison.OrdinalIgnoreCase) => null,
        _ when type == typeof(ModelId) || type == typeof(ModelId?) => keys.Model,
        _ when type == typeof(ResultId) || type == typeof(ResultId?) => keys.Result,
        _ when type == typeof(WebhookId) => keys.Webhook,
        _ when type == typeof(ScheduleId) => keys.Schedule,
        _ when type == typeof(PublishRequestId) => keys.Asked,
        _ when type == typeof(StudyId) => keys.Study,
        _ when type == typeof(NoticeId) => keys.Notice,
        _ when type == typeof(RegistrationId) => keys.Registration,
        _ when type == typeof(IReadOnlyCollection<ProjectId>) => new List<ProjectId> { keys.Project, keys.Other },
        _ when type == typeof(ScheduleRule) => new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"),
        _ when type == typeof(DeliveryId) => keys.Delivery,
        _ when type == typeof(HappeningKinds) => HappeningKinds.RunFinished,
        _ when type == typeof(ScoringBatchId) => keys.Batch,
        // Of no answer that was ever given.
        _ when type == typeof(ScoreId) => new ScoreId(Guid.NewGuid()),
        _ when type == typeof(TransferId) || type == typeof(TransferId?) => keys.Transfer,
        _ when type == typeof(IReadOnlyList<TransferKind>) => null,
        _ when type == typeof(IReadOnlyList<ImageId>) => new List<ImageId> { keys.Image },
        _ when type == typeof(IReadOnlyList<Shape>) => new List<Shape> { new(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 8, 8]) },
        _ when type == typeof(IReadOnlyList<ResultId>) => new List<ResultId> { keys.Result },
        _ when type == typeof(KnownList) => new KnownList(1),
        _ when type == typeof(TrainedModel) => keys.ModelRow,
        _ when type == typeof(ScoredImage) => keys.ResultRow,
        _ when type == typeof(TrainingRecipe) => TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 },
        _ when type == typeof(ChangeProject.Kept) => new ChangeProject.Kept(5, 30),
        _ when type == typeof(LineCosts) => new LineCosts(50, 2, 0.5),
        _ when type == typeof(Stream) => new MemoryStream(Picture.Png(TeamAtWork.Next())),
        _ when type == typeof(UserId) || type == typeof(UserId?) => keys.Member,
        _ when type == typeof(InvitationId) || type == typeof(InvitationId?) => keys.Invitation,
        _ when type == typeof(ApiKeyId) || type == typeof(ApiKeyId?) => keys.ApiKey,
        _ when type == typeof(TeamPermissions) => TeamPermissions.Read,
        _ when type == typeof(AuditFilter) => new AuditFilter(),
        _ when type == typeof(string) && name == "Email" => $"person-{TeamAtWork.Next()}@example.com",
        _ when type == typeof(byte[]) => AnomalyMapFile.Encode([0.5f, 1, 2, 4], 2, 2),
        _ when type == typeof(ImagePosition) || type == typeof(ResultPosition) || type == typeof(BatchPosition) || type == typeof(StudyPosition) || type == typeof(RegistrationPosition) || type == typeof(NoticePosition) || type == typeof(ComparedPosition) || type == typeof(ExportFilter) || type == typeof(QueuePosition) || type == typeof(ResultRange) => null,
        _ when type == typeof(string) => $"text {TeamAtWork.Next()}",
        _ when type == typeof(int) => 1,
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IProgress<>) =>
            Activator.CreateInstance(typeof(Progress<>).MakeGenericType(type.GetGenericArguments())),
        _ when IsRequest(type) => type.GetConstructors().Single().Invoke([.. Parameters(type).Select(p => Make(p.ParameterType, p.Name!, actor, keys, ct))]),
        _ => throw new NotSupportedException($"No test knows what to give for a {type.Name}: add it here."),
    };

    private static bool IsId(Type type) => type.Namespace == typeof(ProjectId).Namespace && type.IsValueType && type.Name.EndsWith("Id", StringComparison.Ordinal);

    private static bool IsRequest(Type type) => type.Assembly == typeof(App).Assembly && type.Name == "Request";

    private static ParameterInfo[] Parameters(Type request) => request.GetConstructors().Single().GetParameters();
}
