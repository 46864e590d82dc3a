using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Looks whether the default backbone's weights were restored when the program was built.</summary>
public sealed class BackboneFiles(IOptions<TrainingOptions> options) : IUseCase
{
    public sealed record State(bool IsThere, string Advice)
    {
        public static State There { get; } = new(true, "");
    }

    public State Look()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Value.Executable, AppContext.BaseDirectory))!, "backbones", "mobilenet_v2");
        return File.Exists(Path.Combine(folder, "model.json"))
            ? State.There
            : new State(false, $"No training can start without them. Run “node build/npm/restore-assets.mjs .npm-assets” in the repository, build again, or put the files into {folder}.");
    }
}
