using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Scoring;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>Scores a bundle's golden images with its model, by the door that every image goes through, and says whether what was expected comes out.</summary>
public sealed class BundleProof(ScoringPool pool, IScoringPictures pictures)
{
    /// <param name="model">The model's file as a blob; no version has it yet.</param>
    /// <returns>Whether every score and map came out to the bit; an error that names the image where one did not come out.</returns>
    internal async Task<Result<bool>> HoldAsync(TenantId tenant, BlobKey model, BundleContent bundle, Func<int, Task> advance, CancellationToken ct)
    {
        var (manifest, same) = (bundle.Manifest, true);
        for (var i = 0; i < manifest.Golden.Count; i++)
        {
            var golden = manifest.Golden[i];
            var file = await bundle.FileAsync(golden.Path, ct);
            if (!file.Succeeded)
                return file.Error;
            await using var content = file.Value;
            var picture = await pictures.ReadAsync(content, manifest.Recipe.ImageSize, ct);
            if (!picture.Succeeded)
                return new GoldenImageUnreadable(golden.Name, picture.Error.Message);
            var scored = await pool.ScoreAsync(tenant, model, picture.Value.Pixels, manifest.Recipe.ImageSize, ScoringUse.Bundle, ct);
            if (!scored.Succeeded)
            {
                // Its own words name a file of this machine.
                return scored.Error is ScoringRefused { Kind: ErrorKind.Invalid } ? new BundleModelUnusable("the scoring program cannot load it") : scored.Error;
            }

            var held = GoldenComparison.Of(golden, manifest.Fitted, manifest.Tolerance, scored.Value.Score, scored.Value.Map);
            if (held.Verdict == GoldenVerdict.Different)
                return new GoldenScoreDiffers(golden.Name, held.What!, held.Expected, held.Got, manifest.Tolerance);
            same &= held.Verdict == GoldenVerdict.SameBits;
            await advance(i + 1);
        }

        return same;
    }
}

public sealed record GoldenImageUnreadable(string Name, string Why)
    : Error(ErrorKind.Invalid, "bundle.golden.image", $"The golden image “{Name}” of the bundle cannot be read: {Why}");

public sealed record GoldenScoreDiffers(string Name, string What, double Expected, double Got, double Tolerance) : Error(
    ErrorKind.Invalid, "bundle.golden.score",
    string.Create(
        CultureInfo.InvariantCulture,
        $"The model in the bundle does not say here what it said there: for “{Name}” the {What} should be {Expected:G6} and is {Got:G6}, further off than {Tolerance:P1} allows. Nothing was added. Download the bundle again; if it stays so, one of the two programs or machines computes wrongly: compare their versions."));
