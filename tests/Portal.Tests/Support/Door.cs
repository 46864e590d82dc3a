using System.Reflection;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>What a door is called with when a test knows only its parameters' types.</summary>
internal sealed record Keys(ProjectId Project, ImageId Image, RunId Run, ModelId Model, ResultId Result, TrainedModel ModelRow, ScoredImage ResultRow);

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

    /// <summary>Whether anything it is given names a row.</summary>
    public bool TakesKeys => method.GetParameters().Any(p => Names(p.ParameterType));

    /// <summary>Calls it and gives back what its task brought.</summary>
    public async Task<object?> CallAsync(IServiceProvider services, Actor actor, Keys keys, CancellationToken ct)
    {
        var handler = services.GetRequiredService(Handler);
        var arguments = method.GetParameters().Select(p => Make(p.ParameterType, actor, keys, ct)).ToArray();
        var task = (Task)method.Invoke(handler, arguments)!;
        await task;
        return task.GetType().GetProperty("Result")?.GetValue(task);
    }

    /// <summary>The error of a result, null when it succeeded or is none.</summary>
    public static Error? ErrorOf(object? result) => (Error?)result?.GetType().GetProperty("Error")?.GetValue(result);

    private static bool Names(Type type) =>
        IsId(type) || (type.IsGenericType && type.GetGenericArguments().Any(Names)) || (IsRequest(type) && Parameters(type).Any(p => Names(p.ParameterType)));

    private static object? Make(Type type, Actor actor, Keys keys, CancellationToken ct) => type switch
    {
        _ when type == typeof(Actor) => actor,
        _ when type == typeof(CancellationToken) => ct,
        _ when type == typeof(ProjectId) || type == typeof(ProjectId?) => keys.Project,
        _ when type == typeof(ImageId) || type == typeof(ImageId?) => keys.Image,
        _ when type == typeof(RunId) || type == typeof(RunId?) => keys.Run,
        _ when type == typeof(ModelId) || type == typeof(ModelId?) => keys.Model,
        _ when type == typeof(ResultId) || type == typeof(ResultId?) => keys.Result,
        _ when type == typeof(IReadOnlyList<ImageId>) => new List<ImageId> { keys.Image },
        _ when type == typeof(TrainedModel) => keys.ModelRow,
        _ when type == typeof(ScoredImage) => keys.ResultRow,
        _ when type == typeof(TrainingRecipe) => TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 },
        _ when type == typeof(Stream) => new MemoryStream(Picture.Png(TeamAtWork.Next())),
        _ when type == typeof(ImagePosition) || type == typeof(ResultPosition) || type == typeof(ResultRange) => null,
        _ when type == typeof(string) => $"text {TeamAtWork.Next()}",
        _ when type == typeof(int) => 1,
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IProgress<>) =>
            Activator.CreateInstance(typeof(Progress<>).MakeGenericType(type.GetGenericArguments())),
        _ when IsRequest(type) => type.GetConstructors().Single().Invoke([.. Parameters(type).Select(p => Make(p.ParameterType, actor, keys, ct))]),
        _ => throw new NotSupportedException($"No test knows what to give for a {type.Name}: add it here."),
    };

    private static bool IsId(Type type) => type.Namespace == typeof(ProjectId).Namespace && type.IsValueType && type.Name.EndsWith("Id", StringComparison.Ordinal);

    private static bool IsRequest(Type type) => type.Assembly == typeof(App).Assembly && type.Name == "Request";

    private static ParameterInfo[] Parameters(Type request) => request.GetConstructors().Single().GetParameters();
}
